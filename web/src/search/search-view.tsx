import { useEffect, useState } from "preact/hooks";
import { DropArea } from "../check/drop-area";
import { nameOf, type Source } from "../check/sources";
import { useDropAndPaste } from "../check/use-drop-and-paste";
import { place, setParameters } from "../shared/place";
import { strings } from "../strings";
import { Alike } from "./alike";
import { identityOf, type Query } from "./likeness";

const words = strings.search;

/** Products that look like a picture, or like another product. */
export function SearchView() {
  const [file, setFile] = useState<File | null>(null);
  const [complaint, setComplaint] = useState("");
  const { parameters } = place.value;
  const begin = ([first, ...more]: readonly Source[]) => {
    setComplaint(!first ? strings.check.notAPicture : more.length > 0 ? words.onlyFirst : "");
    if (!first) return;
    setFile("file" in first ? first.file : null);
    setParameters({ image_url: "address" in first ? first.address : null, entity_id: null });
  };
  const isOver = useDropAndPaste(begin);
  const query = useQuery(file, parameters.get("image_url"), parameters.get("entity_id"));
  return (
    <div class={query ? "check" : "check idle"}>
      {!query && (
        <div class="hero">
          <h1>{words.title}</h1>
          <p>{words.lead}</p>
        </div>
      )}
      {query && <h1 class="unseen">{words.title}</h1>}
      <DropArea isOver={isOver} isCompact={query !== null} words={words} onSources={begin} />
      <p class="complaint" role="alert">
        {complaint}
      </p>
      {query && <Alike key={identityOf(query)} query={query} />}
    </div>
  );
}

/** The picture of this computer, if one was given last; else what the address bar names. */
function useQuery(file: File | null, address: string | null, product: string | null): Query | null {
  const [query, setQuery] = useState<Query | null>(null);
  useEffect(() => {
    if (product) return setQuery({ name: product, preview: null, product });
    if (address) {
      const source = { address };
      return setQuery({ name: nameOf(source), preview: address, source });
    }
    if (!file) return setQuery(null);
    const preview = URL.createObjectURL(file);
    setQuery({ name: file.name, preview, source: { file } });
    return () => URL.revokeObjectURL(preview);
  }, [file, address, product]);
  return query;
}
