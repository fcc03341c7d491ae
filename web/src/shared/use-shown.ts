import { useEffect, useState } from "preact/hooks";
import { isAbort } from "../api/client";
import { key } from "../api/key";
import { Trouble } from "../api/trouble";
import { isWebAddress } from "./pictures";
import { heldThumbnail, thumbnailOf } from "./thumbnails";

/** Where a picture may be shown from: an address, or what the service has stored of it. */
export type Origin = { address: string } | { stored: string };

const SHOWN = /^(blob|data):/;

/**
 * What an `img` can show of a picture.
 *
 * Pictures that the service has itself need the API key where there is one, and an `img` sends none:
 * so they are fetched with it.
 *
 * @param onBroken called where there is nothing to show; whether there may be later
 * @returns null as long as it is being fetched
 */
export function useShown(
  origin: Origin | null,
  onBroken: (isForNow: boolean) => void,
): string | null {
  const [fetched, setFetched] = useState<{ name: string; as: string } | null>(null);
  const direct = origin && directly(origin);
  const name = origin ? nameOf(origin) : "";
  useEffect(() => {
    if (!origin || direct) return undefined;
    const ended = new AbortController();
    let made = "";
    const show = (as: string | null) => {
      made = as ?? "";
      if (ended.signal.aborted) URL.revokeObjectURL(made);
      else if (as) setFetched({ name, as });
      else onBroken(false);
    };
    contentOf(origin, ended.signal).then(
      show,
      (error) => isAbort(error) || ended.signal.aborted || onBroken(error instanceof Trouble),
    );
    return () => {
      ended.abort();
      URL.revokeObjectURL(made);
    };
  }, [name, direct === null, key.value]);
  return direct ?? (fetched?.name === name ? fetched.as : null);
}

export function nameOf(origin: Origin): string {
  return "address" in origin ? origin.address : `stored ${origin.stored}`;
}

function directly(origin: Origin): string | null {
  if ("stored" in origin) return heldThumbnail(origin.stored);
  const { address } = origin;
  return key.value === "" || isWebAddress(address) || SHOWN.test(address) ? address : null;
}

async function contentOf(origin: Origin, signal: AbortSignal): Promise<string | null> {
  if ("stored" in origin) return thumbnailOf(origin.stored, signal);
  return URL.createObjectURL(await ownPicture(origin.address, signal));
}

/**
 * A picture that the service has itself.
 *
 * @throws TypeError it has none there, or does not answer
 */
export async function ownPicture(address: string, signal: AbortSignal): Promise<Blob> {
  const headers = key.value ? { "x-api-key": key.value } : {};
  const response = await fetch(address, { headers, signal });
  if (!response.ok) throw new TypeError(response.statusText);
  return response.blob();
}
