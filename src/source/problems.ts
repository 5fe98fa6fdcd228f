import { displayName, type ObjectKey, type Place, type Problem } from '../api/index.ts';

/** A file or directory that cannot be read. What it held stays in force. */
export function unreadable(file: string, message: string, hint?: string): Problem {
  return about({ severity: 'error', code: 'unreadable-file', message, place: top(file) }, hint);
}

/** A document that is no YAML. What the file held and is missing now stays in force. */
export function brokenYaml(place: Place, message: string, hint?: string): Problem {
  // The YAML library reads by recursion, and reports its own end as any other error.
  const isTooDeep = message.includes('call stack');
  return about({ severity: 'error', code: 'invalid-yaml', message: isTooDeep ? TOO_DEEP : message, place }, hint);
}

const TOO_DEEP = 'is nested too deeply: by hundreds of levels more than any object has';

export function doubtfulYaml(place: Place, message: string): Problem {
  return about({ severity: 'warning', code: 'doubtful-yaml', message, place });
}

/** A document that is YAML and not an object, though it looks as if it were meant to be one. */
export function brokenObject(place: Place, path: string, message: string, hint?: string): Problem {
  return about({ severity: 'error', code: 'invalid-object', path, message, place }, hint);
}

/** A document that has nothing to do with Kubernetes: directories hold other YAML as well. */
export function foreignDocument(place: Place): Problem {
  const message = 'is not a Kubernetes object (it has neither apiVersion nor kind), so it is left alone';
  return about({ severity: 'notice', code: 'not-an-object', message, place });
}

export function definedTwice(object: ObjectKey, place: Place | undefined, first: Place | undefined): Problem {
  const where = first ? `${first.file}:${first.line}:${first.column}` : 'another place';
  const message = `${displayName(object)} is already defined at ${where}; this second definition does nothing`;
  const problem = { severity: 'error', code: 'duplicate-object', object, path: '', message } as const;
  const hint = 'remove one of the two';
  return place ? { ...problem, hint, place } : { ...problem, hint };
}

/** Changes are still found, only later. */
export function notWatched(file: string, reason: string, everyMs: number): Problem {
  const message = `cannot be watched (${reason}); looking for changes every ${everyMs} ms instead`;
  const hint = /ENOSPC|EMFILE/.test(reason)
    ? 'raise fs.inotify.max_user_watches and fs.inotify.max_user_instances (sysctl), or use --poll'
    : 'use --poll where the file system reports no changes';
  return about({ severity: 'warning', code: 'not-watched', message, place: top(file) }, hint);
}

function top(file: string): Place {
  return { file, line: 1, column: 1 };
}

function about(
  problem: Pick<Problem, 'severity' | 'code' | 'message'> & { path?: string; place: Place },
  hint?: string,
): Problem {
  const whole = { object: undefined, path: '', ...problem };
  return hint === undefined ? whole : { ...whole, hint };
}
