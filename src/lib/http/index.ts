export { admitHost, type Admitted } from './admitted.ts';
export { createHttp } from './client.ts';
export type { Http, HttpOptions, RequestPolicy } from './client.ts';
export { concurrencyAt, createHostQueue } from './host-queue.ts';
export type { HostLimits, HostQueue, HostQueueOptions } from './host-queue.ts';
export { hostOf, kindOfAddress } from './address-guard.ts';
export type { ProxyEnvironment } from './proxy.ts';
export { dateOf } from './retry-after.ts';
