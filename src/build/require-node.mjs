// npm scripts run under the `node` devDependency; this says so plainly where they do not.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`tokenwarden needs Node >=22.18, and this script runs under ${process.version}.`);
  console.error('Run it through npm after "npm ci": the `node` devDependency then puts Node 24 first on the PATH.');
  process.exit(2);
}
