/** A folder of pictures, or some pictures, as products: names become ids. */
export interface Folder {
  name: string;
  /** The pictures of each product by its id, with their paths. */
  products: ReadonlyMap<string, readonly Found[]>;
  /** Files that are no pictures. */
  others: number;
}

/** A file, and where it is in the folder. */
export interface Found {
  path: string;
  file: File;
}

/** As of `lookalike import FOLDER`. */
const PICTURE = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|bmp|avif|hei[cf])$/i;

export function isPicture(name: string): boolean {
  return PICTURE.test(name);
}

/**
 * The products in files: `dresses/17.jpg` is a picture of the product `dresses/17`.
 *
 * @param files with paths that begin in the folder; hidden ones do not count
 */
export function folderOf(name: string, files: readonly Found[]): Folder {
  const visible = files.filter(({ path }) => !/(^|\/)\./.test(path));
  const pictures = visible
    .filter(({ path }) => isPicture(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const products = new Map<string, Found[]>();
  for (const picture of pictures) {
    const id = picture.path.replace(PICTURE, "");
    products.set(id, [...(products.get(id) ?? []), picture]);
  }
  return { name, products, others: visible.length - pictures.length };
}

/** The folder that was chosen in a field `webkitdirectory`. */
export function folderChosen(files: readonly File[]): Folder {
  const [name = ""] = files[0]?.webkitRelativePath.split("/", 1) ?? [];
  const below = files.map((file) => ({
    path: file.webkitRelativePath.slice(name.length + 1),
    file,
  }));
  return folderOf(name, below);
}

/**
 * The folder, or the pictures, that were dropped; null: one file, which may be a feed.
 *
 * Call it while the drop is handled: its files are out of reach afterwards.
 */
export function folderDropped(data: DataTransfer): Promise<Folder> | null {
  const entries = [...data.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  const [first] = entries;
  if (!first) return null;
  if (entries.length > 1) return read(first.name, entries, true);
  if (first.isDirectory) return read(first.name, entries, false);
  return isPicture(first.name) ? read(first.name, entries, true) : null;
}

/** @param isPart whether the names of the entries themselves are parts of the ids */
async function read(
  name: string,
  entries: readonly FileSystemEntry[],
  isPart: boolean,
): Promise<Folder> {
  const found: Found[] = [];
  for (const entry of entries) {
    for await (const { path, file } of filesIn(entry))
      found.push({ path: isPart ? path : path.slice(entry.name.length + 1), file });
  }
  return folderOf(name, found);
}

async function* filesIn(entry: FileSystemEntry, before = ""): AsyncGenerator<Found> {
  const path = `${before}${entry.name}`;
  if (isFile(entry)) {
    yield { path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) };
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // Chromium hands out a hundred entries at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const each of some) yield* filesIn(each, `${path}/`);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
