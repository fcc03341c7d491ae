import { FileUp, FolderUp } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { key } from "../api/key";
import type { Source } from "../check/sources";
import { useDropAndPaste } from "../check/use-drop-and-paste";
import { Icon } from "../shared/icon";
import { place, setParameters } from "../shared/place";
import { strings } from "../strings";
import { loadFolder } from "./folder-import";
import { type Folder, folderChosen, folderDropped } from "./folders";
import { Preview } from "./import-preview";
import { ImportProgress } from "./import-progress";
import { load } from "./imports";
import { list } from "./listing";
import { consider, considerFolder, type FeedPlan, isFeed } from "./plan";
import { ProductDialog } from "./product-dialog";
import { ProductList } from "./product-list";
import { SearchField } from "./search-field";

const words = strings.catalogue;

/** All products: browsed, searched, and loaded from a feed that is dropped. */
export function CatalogueView() {
  const [complaint, setComplaint] = useState("");
  const conditions = conditionsOf(place.value.parameters);
  const now = conditions.toString();
  useEffect(() => list(conditions), [now, key.value]);
  const begin = (sources: readonly Source[], data?: DataTransfer) => {
    const folder = data && folderDropped(data);
    const [first] = sources;
    const feed = sources.length === 1 && first && "file" in first ? first.file : null;
    setComplaint(folder || feed ? "" : words.notAFeed);
    if (folder) void show(folder);
    else if (feed) void consider(feed);
  };
  const show = (folder: Promise<Folder> | Folder) =>
    considerFolder(folder).catch(() => setComplaint(words.folder.unreadable));
  const choose = (files: readonly File[], isFolder: boolean) => {
    if (isFolder) void show(folderChosen(files));
    else begin(files.map((file) => ({ file })));
  };
  const isOver = useDropAndPaste(begin);
  const product = place.value.parameters.get("product");
  return (
    <div class={isOver ? "catalogue over" : "catalogue"}>
      <div class="catalogue-bar">
        <h1>{words.title}</h1>
        <SearchField />
        <div class="catalogue-buttons">
          <ChooseButton text={words.load} icon={FileUp} onChosen={choose} />
          <ChooseButton text={words.loadFolder} icon={FolderUp} isFolder onChosen={choose} />
        </div>
      </div>
      {isOver && <p class="drop-now">{words.dropFeed}</p>}
      <p class="complaint" role="alert">
        {complaint}
      </p>
      <Preview onLoad={loadPlanned} />
      <ImportProgress />
      <ProductList isFiltered={now !== ""} />
      {product && (
        <ProductDialog
          key={product}
          entityId={product}
          onClose={() => setParameters({ product: null })}
        />
      )}
    </div>
  );
}

function loadPlanned(planned: FeedPlan | Folder) {
  const onOver = () => list(conditionsOf(place.value.parameters));
  void (isFeed(planned) ? load(planned, onOver) : loadFolder(planned, onOver));
}

function conditionsOf(parameters: URLSearchParams): URLSearchParams {
  const names = new Set(["q", "sku", "filter"]);
  return new URLSearchParams([...parameters].filter(([name, value]) => names.has(name) && value));
}

interface ChooseButtonProps {
  text: string;
  icon: typeof FileUp;
  isFolder?: boolean;
  onChosen: (files: readonly File[], isFolder: boolean) => void;
}

function ChooseButton({ text, icon, isFolder = false, onChosen }: ChooseButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const choose = () => {
    const files = [...(input.current?.files ?? [])];
    if (input.current) input.current.value = ""; // the same file may be chosen again
    if (files.length > 0) onChosen(files, isFolder);
  };
  return (
    <>
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        <Icon of={icon} size={18} />
        {text}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={text}
        {
          ...{ webkitdirectory: isFolder } /* which Preact's types do not know */
        }
        onChange={choose}
      />
    </>
  );
}
