import { isWebAddress } from "../shared/pictures";

/** A picture to check: a file of this computer, or an address on the web. */
export type Source = { file: File } | { address: string };

export function nameOf(source: Source): string {
  if ("file" in source) return source.file.name;
  const last = source.address.split(/[?#]/, 1)[0]?.split("/").pop();
  return last || source.address;
}

/** The address that somebody has typed, who may have left out how it begins. */
export function addressOf(typed: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
}

/**
 * The pictures in what was dropped or pasted.
 *
 * Files come first; then a picture that was dragged from another page, by its address.
 */
export function sourcesOf(data: DataTransfer): Source[] {
  const files = [...data.files].map((file) => ({ file }));
  if (files.length > 0) return files;
  const address = addressIn(data);
  if (address.startsWith("data:image/")) return [{ file: fileOf(address, "picture") }];
  return isWebAddress(address) ? [{ address }] : [];
}

/** The file in a `data:` URI in base64. */
export function fileOf(dataUri: string, name: string): File {
  const [head = "", content = ""] = dataUri.split(",", 2);
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  return new File([bytes], name, { type: /^data:([^;]+)/.exec(head)?.[1] ?? "" });
}

/** The address of a picture in HTML, which is never parsed into elements: it is anybody's. */
const IMAGE = /<img\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)/i;

function addressIn(data: DataTransfer): string {
  const listed = data.getData("text/uri-list").split(/\r?\n/);
  return (
    IMAGE.exec(data.getData("text/html"))?.[1]?.replaceAll("&amp;", "&") ||
    listed.find((line) => line && !line.startsWith("#")) ||
    data.getData("text/plain").trim()
  );
}
