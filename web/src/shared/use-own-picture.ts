import { useEffect, useState } from "preact/hooks";
import { isAbort } from "../api/client";
import { key } from "../api/key";
import { isWebAddress } from "./pictures";

const SHOWN = /^(blob|data):/;

/**
 * What an `img` can show of an address.
 *
 * Pictures that the service has itself need the API key where there is one, and an `img` sends none:
 * so they are fetched with it.
 *
 * @returns null as long as it is being fetched, and the address itself where that failed
 */
export function useOwnPicture(address: string | null): string | null {
  const [shown, setShown] = useState<string | null>(null);
  const needsKey =
    key.value !== "" && address !== null && !isWebAddress(address) && !SHOWN.test(address);
  useEffect(() => {
    if (!needsKey || !address) return undefined;
    let made = "";
    const ended = new AbortController();
    ownPicture(address, ended.signal)
      .then((blob) => {
        made = URL.createObjectURL(blob);
        setShown(made);
      })
      .catch((error: unknown) => isAbort(error) || setShown(address));
    return () => {
      ended.abort();
      URL.revokeObjectURL(made);
    };
  }, [address, needsKey]);
  return needsKey ? shown : address;
}

/** A picture that the service has itself; an error page of it is no picture, and is refused as one. */
export async function ownPicture(address: string, signal: AbortSignal): Promise<Blob> {
  const headers = key.value ? { "x-api-key": key.value } : {};
  const response = await fetch(address, { headers, signal });
  return response.blob();
}
