import { expect, test } from "vitest";
import { folderChosen, folderDropped, folderOf } from "./folders";

function aFile(name: string): File {
  return new File(["x"], name);
}

function found(...paths: string[]) {
  return paths.map((path) => ({ path, file: aFile(path) }));
}

/** A file or a folder as the browser hands it out when it is dropped; folders in two parts. */
function anEntry(name: string, content?: FileSystemEntry[]): FileSystemEntry {
  if (!content) {
    const file = (give: (file: File) => void) => give(aFile(name));
    return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry;
  }
  const parts = [content.slice(0, 1), content.slice(1), []].filter(
    (part, index) => part.length > 0 || index === 2,
  );
  const readEntries = (give: (entries: FileSystemEntry[]) => void) => give(parts.shift() ?? []);
  const createReader = () => ({ readEntries });
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

function dropped(...entries: FileSystemEntry[]): DataTransfer {
  return {
    items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })),
  } as unknown as DataTransfer;
}

test("makes ids of names, and one product of pictures of one name", () => {
  const folder = folderOf("shop", found("b/17.JPG", "b/17.png", "a.webp", "feed.csv", ".x/y.jpg"));
  expect([...folder.products.keys()]).toEqual(["a", "b/17"]);
  expect(folder.products.get("b/17")?.map(({ path }) => path)).toEqual(["b/17.JPG", "b/17.png"]);
  expect(folder.others).toBe(1);
});

test("takes paths below the folder that was chosen", () => {
  const file = aFile("1.jpg");
  Object.defineProperty(file, "webkitRelativePath", { value: "shop/red/1.jpg" });
  const folder = folderChosen([file]);
  expect([folder.name, ...folder.products.keys()]).toEqual(["shop", "red/1"]);
});

test("reads a folder that is dropped to its end", async () => {
  const inner = anEntry("red", [anEntry("1.jpg"), anEntry("2.jpg"), anEntry("3.jpg")]);
  const folder = await folderDropped(dropped(anEntry("shop", [inner, anEntry("4.jpg")])));
  expect([...(folder?.products.keys() ?? [])]).toEqual(["4", "red/1", "red/2", "red/3"]);
});

test("takes several pictures for a folder, and a lone file for a feed", async () => {
  const several = await folderDropped(dropped(anEntry("1.jpg"), anEntry("2.jpg")));
  expect([...(several?.products.keys() ?? [])]).toEqual(["1", "2"]);
  expect(folderDropped(dropped(anEntry("feed.csv")))).toBeNull();
  expect(folderDropped(dropped())).toBeNull();
});
