import type { Problem } from '../api/index.ts';
import { lookupIn } from '../lib/layers.ts';
import type { Share, Shares } from '../lib/shares.ts';
import { weakly } from '../lib/weakly.ts';
import type { Entry, Held, XdsType } from '../proto/index.ts';
import type { Decided, Translator } from '../translate/index.ts';
import type { ViewId, Views } from '../view/index.ts';
import type { Rejected, Rejections } from './rejections.ts';

interface Delivery {
  readonly views: Views;
  readonly translators: Readonly<Record<XdsType, Translator>>;
  readonly rejections: Rejections;
}

/** What proxies do not have as it should be: resources held back because an Envoy would reject them, or one did. */
export function deliveryProblems({ views, translators, rejections }: Delivery): readonly Problem[] {
  const connected = new Set(views.connections.keys().flatMap((id) => views.viewFor(id) ?? []));
  const held = [...connected].flatMap((view) => heldFor(view, translators));
  const rejected = rejections.all().map((rejection) => rejectionProblem(rejection, translators));
  const leftOut = [...connected].flatMap((view) => leftOutFor(view, translators));
  return distinct([...held, ...rejected, ...leftOut]);
}

function heldFor(view: ViewId, translators: Delivery['translators']): Problem[] {
  return Object.values(translators).flatMap((translator) => {
    const layers = translator.resources(view);
    return layers
      .flatMap((layer) => heldIn(layer))
      .filter((entry) => lookupIn(layers, entry.name) === entry)
      .flatMap((entry) => heldProblems(entry, translator.explain(view, entry.name)?.decided ?? []));
  });
}

function leftOutFor(view: ViewId, translators: Delivery['translators']): Problem[] {
  const leftOut = Object.values(translators).flatMap((translator) => translator.leftOut?.(view) ?? []);
  return leftOut.map(({ origin, message, hint, severity = 'error' }) => ({
    severity,
    code: 'left-out',
    ...origin,
    message,
    ...(hint && { hint }),
  }));
}

/** Layers and shares are immutable and shared by many views: each is looked through once. */
const heldIn = weakly((layer: Shares<Entry>): readonly Held[] => layer.shares.flatMap((share) => heldInShare(share)));
const heldInShare = weakly((share: Share<Entry>): readonly Held[] => share.flatMap((part) => heldInPart(part)));
const heldInPart = weakly((part: ReadonlyMap<string, Entry>): readonly Held[] => [...part.values()].filter(isHeld));

function isHeld(entry: Entry): entry is Held {
  return entry.version === undefined;
}

function heldProblems({ type, name, violations }: Held, decided: readonly Decided[]): Problem[] {
  return violations.map(({ path, message }) => ({
    severity: 'error',
    code: 'envoy-would-reject',
    ...whoDecided(decided, path),
    message: `Envoy would reject ${type} ${name}: ${path} ${message}`,
    hint: 'proxies keep what they have of this name; nothing else is held back',
  }));
}

function rejectionProblem({ view, type, name, error, proxy }: Rejected, translators: Delivery['translators']): Problem {
  return {
    severity: 'error',
    code: 'rejected-by-envoy',
    ...whoDecided(translators[type].explain(view, name)?.decided ?? [], error),
    message: `${proxy} rejected ${type} ${name || '(it does not say which)'}: ${error.trim()}`,
    hint: 'the proxy keeps what it had; this is not sent again until it changes',
  };
}

/** The origin of the deepest part that the text speaks of, else of the whole resource. */
function whoDecided(decided: readonly Decided[], text: string): Pick<Problem, 'object' | 'path'> {
  const spoken = text.toLowerCase().replaceAll('_', '');
  const named = decided.filter(({ path }) => path !== '' && spoken.includes(lastWord(path)));
  const origin = (named.at(-1) ?? decided[0])?.origin;
  return { object: origin?.object, path: origin?.path ?? '' };
}

/** `virtualHosts[0].routes[2]` → `routes`. */
function lastWord(path: string): string {
  return path
    .slice(path.lastIndexOf('.') + 1)
    .replace(/\[\d+\]$/, '')
    .toLowerCase();
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
