// `npm run tokenwarden -- ARGS`: npm moves to the package root; go back to where the user stands, so that paths mean what they say.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
await import('../../dist/tokenwarden.js');
