import { ImageOff } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { strings } from "../strings";
import { Icon } from "./icon";
import type { Sight } from "./pictures";
import { nameOf, type Origin, useShown } from "./use-shown";

/** Milliseconds after which a picture is tried again that the service did not answer for, at most. */
const MAX_PAUSE = 60_000;

interface Props {
  of: Sight;
  alt: string;
  /** Whether it is so small that what is stored shows all there is to see. */
  isSmall?: boolean;
  lazy?: boolean;
  style?: { transform: string };
  onSize?: (width: number, height: number) => void;
}

/** A picture: from its address, or else from what is stored of it; or a sign that there is neither. */
export function Picture({ of, alt, isSmall = false, lazy = false, style, onSize }: Props) {
  const [broken, setBroken] = useState<readonly string[]>([]);
  const origins = originsOf(of, isSmall);
  const origin = origins.find((each) => !broken.includes(nameOf(each))) ?? null;
  const [failures, setFailures] = useState(0);
  const giveUp = (isForNow = false) => {
    if (origin) setBroken((before) => [...before, nameOf(origin)]);
    if (isForNow) setFailures((before) => before + 1);
  };
  const shown = useShown(origin, giveUp);
  const isWaiting = origin === null && failures > 0;
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(() => setBroken([]), Math.min(1000 * 2 ** failures, MAX_PAUSE));
    return () => clearTimeout(timer);
  }, [isWaiting, failures]);
  if (origin && !shown) return <span class="picture-missing" />;
  if (!shown) return <Missing alt={alt} isKnown={origins.length > 0} />;
  return (
    <img
      src={shown}
      alt={alt}
      loading={lazy ? "lazy" : "eager"}
      decoding="async"
      referrerpolicy="no-referrer"
      style={style}
      onError={() => giveUp()}
      onLoad={({ currentTarget }) =>
        onSize?.(currentTarget.naturalWidth, currentTarget.naturalHeight)
      }
    />
  );
}

/** From where it is tried, the best first. */
function originsOf({ address, stored }: Sight, isSmall: boolean): Origin[] {
  const full = address ? [{ address }] : [];
  const small = stored ? [{ stored }] : [];
  return isSmall ? [...small, ...full] : [...full, ...small];
}

function Missing({ alt, isKnown }: { alt: string; isKnown: boolean }) {
  return (
    <span class="picture-missing" {...(alt ? { role: "img", "aria-label": alt } : {})}>
      <Icon of={ImageOff} size={24} />
      <span aria-hidden="true">{isKnown ? strings.picture.unreadable : strings.picture.none}</span>
    </span>
  );
}
