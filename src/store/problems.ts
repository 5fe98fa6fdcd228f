import type { Problem } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Reader } from './tables.ts';

type Speaker = 'source' | 'parser';

export interface Problems {
  /** By subject; subjects with nothing wrong are not in it. */
  readonly table: Reader<readonly Problem[]>;
  /** Replaces what this speaker said of a subject. */
  readonly say: (subject: string, speaker: Speaker, problems: readonly Problem[]) => void;
}

/** One subject may have problems as text and problems as an object; neither speaker takes back what the other said. */
export function createProblems(graph: Graph): Problems {
  const table = graph.table<readonly Problem[]>('problems');
  const said = new Map<string, Readonly<Partial<Record<Speaker, readonly Problem[]>>>>();

  const say = (subject: string, speaker: Speaker, problems: readonly Problem[]): void => {
    const now = { ...said.get(subject), [speaker]: problems };
    const all = [...(now.source ?? []), ...(now.parser ?? [])];
    if (all.length > 0) {
      said.set(subject, now);
      table.set(subject, all);
    } else {
      said.delete(subject);
      table.delete(subject);
    }
  };
  return { table, say };
}
