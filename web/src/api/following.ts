import { pause } from "./client";
import { asTrouble } from "./trouble";

/** Seconds between two questions. */
const PAUSE = 0.7;
/** Seconds between two questions where the service does not answer, at most. */
const MAX_PAUSE = 30;
/** Milliseconds after which an answer is not waited for any more. */
const PATIENCE = 30_000;

interface Following<Run> {
  question: (signal: AbortSignal) => Promise<Run>;
  isOver: (run: Run) => boolean;
  /** Whether somebody still wants to know. */
  isWanted: () => boolean;
  onNews: (run: Run) => void;
  /** Called where there is no answer now; it is asked again, ever less often. */
  onLost: () => void;
}

/**
 * Ask about what goes on in the service until it has ended, however long it does not answer.
 *
 * @param begun what is known already
 * @throws Trouble the service refuses to answer
 */
export async function followed<Run>(begun: Run, following: Following<Run>): Promise<Run> {
  const { question, isOver, isWanted, onNews, onLost } = following;
  let run = begun;
  for (let lost = 0; !isOver(run) && isWanted(); ) {
    await pause(Math.min(PAUSE * 2 ** lost, MAX_PAUSE));
    if (!isWanted()) break;
    try {
      run = await question(AbortSignal.timeout(PATIENCE));
      lost = 0;
      if (isWanted()) onNews(run);
    } catch (error) {
      if (["refused", "defect"].includes(asTrouble(error).kind)) throw error;
      lost += 1;
      if (isWanted()) onLost();
    }
  }
  return run;
}
