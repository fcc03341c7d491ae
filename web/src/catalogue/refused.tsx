import { useEffect, useState } from "preact/hooks";
import { Picture } from "../shared/picture";
import { sightOf } from "../shared/pictures";
import { strings } from "../strings";
import { byReason, type Refusal } from "./imports";

const words = strings.catalogue.import;

interface Props {
  failures: readonly Refusal[];
  title?: string;
}

/** The code of a problem in words: `image_not_found` is "Image not found". */
function reason(code: string): string {
  return `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll("_", " ")}`;
}

/** Refused rows with their pictures, by their reason. */
export function Refused({ failures, title = words.failures(failures.length) }: Props) {
  if (failures.length === 0) return null;
  return (
    <div class="refused">
      <h3>{title}</h3>
      {byReason(failures).map(([code, rows]) => (
        <details key={code}>
          <summary>
            <span title={code}>{reason(code)}</span>
            <span class="hint">{words.rows(rows.length)}</span>
          </summary>
          <ul>
            {rows.map((failure) => (
              <li key={`${failure.row} ${failure.detail}`}>
                <RefusedPicture of={failure} />
                <span>
                  <strong>{words.row(failure.row)}</strong> {failure.entity_id}: {failure.detail}
                </span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}

/** The picture of a row: from where it came, or from this computer. */
function RefusedPicture({ of }: { of: Refusal }) {
  const [address, setAddress] = useState<string | null>(null);
  const { file } = of;
  useEffect(() => {
    if (!file) return undefined;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (address) return <Picture of={{ address }} alt="" lazy />;
  return of.image_url && !file ? <Picture of={sightOf(of)} alt="" lazy /> : null;
}
