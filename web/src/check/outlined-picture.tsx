import { Picture } from "../shared/picture";
import type { Sight } from "../shared/pictures";

interface Props {
  caption: string;
  picture: Sight;
  outline: readonly (readonly number[])[] | undefined;
}

/** A picture, and the area of it that the other one shows, with its corners numbered. */
export function OutlinedPicture({ caption, picture, outline }: Props) {
  return (
    <figure>
      <div class="frame">
        <Picture of={picture} alt={caption} />
        {outline && <Overlay outline={outline} />}
      </div>
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

/** The area stretches with the picture; the numbers of its corners do not. */
function Overlay({ outline }: { outline: readonly (readonly number[])[] }) {
  const points = outline.map((corner) => corner.join(",")).join(" ");
  return (
    <svg class="overlay" aria-hidden="true">
      <svg viewBox="0 0 1 1" preserveAspectRatio="none">
        <path class="rest" d={`M0 0H1V1H0ZM${points}Z`} />
        <polygon class="edge-halo" points={points} />
        <polygon class="edge" points={points} />
      </svg>
      {outline.map(([x = 0, y = 0], index) => (
        <g key={`${x} ${y}`} class={`corner corner-${index % 6}`}>
          <circle cx={`${100 * x}%`} cy={`${100 * y}%`} r="10" />
          <text x={`${100 * x}%`} y={`${100 * y}%`}>
            {index + 1}
          </text>
        </g>
      ))}
    </svg>
  );
}
