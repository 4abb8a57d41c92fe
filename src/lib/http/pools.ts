/** undici is CommonJS: named imports of it must be static for a bundle to find them. This file is what gets loaded late. */
export { Pool, ProxyAgent } from 'undici';
