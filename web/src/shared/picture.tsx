import { ImageOff } from "lucide";
import { useState } from "preact/hooks";
import { strings } from "../strings";
import { Icon } from "./icon";
import { useOwnPicture } from "./use-own-picture";

interface Props {
  address: string | null;
  alt: string;
  lazy?: boolean;
  onSize?: (width: number, height: number) => void;
}

/** A picture, or a sign that this browser cannot show it. */
export function Picture({ address, alt, lazy = false, onSize }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const shown = useOwnPicture(address);
  if (address && !shown) return <span class="picture-missing" />;
  if (!address || broken === shown) {
    return (
      <span class="picture-missing" {...(alt ? { role: "img", "aria-label": alt } : {})}>
        <Icon of={ImageOff} size={24} />
        <span aria-hidden="true">
          {address ? strings.picture.unreadable : strings.picture.none}
        </span>
      </span>
    );
  }
  return (
    <img
      src={shown ?? address}
      alt={alt}
      loading={lazy ? "lazy" : "eager"}
      decoding="async"
      referrerpolicy="no-referrer"
      onError={() => setBroken(shown)}
      onLoad={({ currentTarget }) =>
        onSize?.(currentTarget.naturalWidth, currentTarget.naturalHeight)
      }
    />
  );
}
