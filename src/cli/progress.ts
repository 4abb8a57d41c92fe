import cliProgress from 'cli-progress';
import type { Progress } from '../audit.ts';
import { formatByteSize } from '../lib/byte-size.ts';
import { isWatched, type Io } from './io.ts';

export interface ProgressView {
  readonly show: (progress: Progress) => void;
  /** A line for people that stays; the bar is drawn again below it. Dropped when quiet. */
  readonly say: (text: string) => void;
  /** Takes the bar away. */
  readonly end: () => void;
}

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  plan: 'looking  ',
  scan: 'scanning ',
  resolve: 'resolving',
  verify: 'asking   ',
  judge: 'judging  ',
};

/** A bar on standard error if a person watches it, and none with `--quiet`, in CI or in a pipe. */
export function progressView(io: Io, quiet: boolean): ProgressView {
  const say = (text: string): void => {
    if (!quiet) void io.stderr.write(text).catch(() => undefined);
  };
  if (quiet || !isWatched(io.env, io.stderr)) return { show: () => undefined, say, end: () => undefined };

  let bar: cliProgress.SingleBar | undefined;
  let latest: Progress = { phase: 'plan', done: 0, bytes: 0 };
  const start = (): cliProgress.SingleBar => {
    const made = new cliProgress.SingleBar({
      stream: io.stderr.stream,
      format: (_options, params) => line(latest, params.progress),
      clearOnComplete: true,
      stopOnComplete: false,
      hideCursor: null,
      gracefulExit: false,
      fps: 8,
      linewrap: null,
    });
    made.start(1, 0);
    return made;
  };
  return {
    show(progress) {
      latest = progress;
      bar ??= start();
      const { done, total = 0 } = progress;
      bar.setTotal(Math.max(total, done, 1));
      bar.update(done);
    },
    say(text) {
      if (bar !== undefined) {
        bar.stop();
        bar = undefined;
      }
      say(text);
    },
    end() {
      bar?.stop();
      bar = undefined;
    },
  };
}

const WIDTH = 24;

/** One line under 80 columns; without a total there is no bar to lie with. */
function line({ phase, done, total, bytes }: Progress, fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * WIDTH);
  const drawn = total === undefined || total === 0 ? ' '.repeat(WIDTH) : '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const amount = phase === 'verify' ? `${done} of ${total ?? '?'} credentials` : `${formatByteSize(bytes)}${phase === 'scan' && total !== undefined ? ` of ${formatByteSize(total)}` : ''}`;
  return `${PHASES[phase]} ${drawn} ${amount}`;
}
