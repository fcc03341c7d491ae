import { Camera, FolderOpen, ImagePlus, Link2 } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icon";
import { place } from "../shared/place";
import { strings } from "../strings";
import { addressOf, type Source } from "./sources";

interface Props {
  isOver: boolean;
  /** Whether it is one line above results. */
  isCompact: boolean;
  /** What is done with them. */
  words?: { dropNow: string; submit: string };
  onSources: (sources: readonly Source[]) => void;
}

const words = strings.check;

/** Where pictures come from: dropped, pasted, chosen, photographed, or by address. */
export function DropArea({ isOver, isCompact, words: action = words, onSources }: Props) {
  return (
    <section class={`drop ${isCompact ? "compact" : ""} ${isOver ? "over" : ""}`}>
      <span class="drop-icon">
        <Icon of={ImagePlus} size={isCompact ? 20 : 28} />
      </span>
      <p class="drop-words">
        <strong>{isOver ? action.dropNow : words.drop}</strong>
        <span class="drop-paste">
          {words.paste}{" "}
          {words.pasteKeys.map((each) => (
            <kbd key={each}>{each}</kbd>
          ))}
        </span>
      </p>
      <div class="drop-buttons">
        <FileButton
          className="primary"
          icon={FolderOpen}
          text={words.choose}
          onSources={onSources}
        />
        <FileButton
          className="camera"
          icon={Camera}
          text={words.photograph}
          camera
          onSources={onSources}
        />
      </div>
      <AddressForm submit={action.submit} onSources={onSources} />
    </section>
  );
}

interface FileButtonProps {
  className: string;
  icon: typeof Camera;
  text: string;
  camera?: boolean;
  onSources: Props["onSources"];
}

function FileButton({ className, icon, text, camera = false, onSources }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const choose = () => {
    const files = [...(input.current?.files ?? [])];
    if (input.current) input.current.value = ""; // the same file may be chosen again
    if (files.length > 0) onSources(files.map((file) => ({ file })));
  };
  return (
    <>
      <button type="button" class={className} onClick={() => input.current?.click()}>
        <Icon of={icon} size={18} />
        {text}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple={!camera}
        capture={camera ? "environment" : undefined}
        hidden
        aria-label={text}
        onChange={choose}
      />
    </>
  );
}

function AddressForm({ submit: text, onSources }: Pick<Props, "onSources"> & { submit: string }) {
  const checked = place.value.parameters.get("image_url") ?? "";
  const [address, setAddress] = useState(checked);
  useEffect(() => setAddress(checked), [checked]); // empty once it is about another picture
  const submit = (event: Event) => {
    event.preventDefault();
    onSources([{ address: addressOf(address.trim()) }]);
  };
  return (
    <form class="address" onSubmit={submit}>
      <Icon of={Link2} size={18} />
      <input
        type="text"
        inputMode="url"
        autocapitalize="off"
        spellcheck={false}
        required
        value={address}
        aria-label={words.addressLabel}
        placeholder={words.addressHint}
        onInput={({ currentTarget }) => setAddress(currentTarget.value)}
      />
      <button type="submit">{text}</button>
    </form>
  );
}
