import { ImageOff } from "lucide";
import { useState } from "preact/hooks";
import { strings } from "../strings";
import { Icon } from "./icon";
import type { Sight } from "./pictures";
import { nameOf, type Origin, useShown } from "./use-shown";

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
  const giveUp = () => origin && setBroken((before) => [...before, nameOf(origin)]);
  const shown = useShown(origin, giveUp);
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
      onError={giveUp}
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
