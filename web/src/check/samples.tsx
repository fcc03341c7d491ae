import { strings } from "../strings";
import cropped from "./samples/cropped-and-mirrored.webp?inline";
import unknown from "./samples/not-in-the-catalogue.webp?inline";
import watermarked from "./samples/watermarked.webp?inline";
import { fileOf, type Source } from "./sources";

const SAMPLES = { cropped, watermarked, unknown };

/** Three pictures to try at once; two of them are edited copies from the sample catalogue. */
export function Samples({ onSources }: { onSources: (sources: readonly Source[]) => void }) {
  return (
    <section class="samples">
      <h2>{strings.check.samples}</h2>
      <ul>
        {Object.entries(SAMPLES).map(([name, picture]) => {
          const text = strings.check.sample[name as keyof typeof SAMPLES];
          return (
            <li key={name}>
              <button type="button" onClick={() => onSources([{ file: fileOf(picture, text) }])}>
                <img src={picture} alt="" />
                <span>{text}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
