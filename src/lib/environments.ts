/** Names of folders and files by which environments are known where nobody says otherwise, in the order in which they are tried. `.gitignore` syntax. */
export const DEFAULT_ENVIRONMENTS: Readonly<Record<string, readonly string[]>> = {
  prod: pathsOf('prod', 'production', 'live'),
  staging: pathsOf('staging', 'stage', 'preprod', 'pre-production', 'uat'),
  dev: pathsOf('dev', 'develop', 'development'),
};

/** A folder of that name, `.env.prod`, `prod.env`, `values-prod.yaml`, `application-prod.properties`, `app.prod.json`. */
function pathsOf(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [`${name}/`, `.env.${name}`, `.env.${name}.*`, `${name}.env`, `*.${name}.env`, `${name}.tfvars`, `${name}.y*ml`, ...['y*ml', 'json', 'properties', 'toml', 'ini', 'conf', 'tfvars'].flatMap((end) => [`*-${name}.${end}`, `*.${name}.${end}`, `*_${name}.${end}`])]);
}
