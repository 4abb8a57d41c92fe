/** In the archive of a run's logs a job's name has lost its slashes and colons and ends after 90 UTF-16 units. */
export function fileName(job: string): string {
  return job.replaceAll(/[/:]/g, '').slice(0, 90).trim();
}
