import { useEffect, useState } from "preact/hooks";
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
    fetch(address, { headers: { "x-api-key": key.value }, signal: ended.signal })
      .then((response) => (response.ok ? response.blob() : Promise.reject(response)))
      .then((blob) => {
        made = URL.createObjectURL(blob);
        setShown(made);
      })
      .catch(() => ended.signal.aborted || setShown(address));
    return () => {
      ended.abort();
      URL.revokeObjectURL(made);
    };
  }, [address, needsKey]);
  return needsKey ? shown : address;
}
