import { expect, test } from "vitest";
import { pictureAddress } from "../shared/pictures";
import { addressOf, nameOf, sourcesOf } from "./sources";

/** What was dropped: files, and texts by their type. */
function dropped(texts: Record<string, string>, files: File[] = []): DataTransfer {
  const data = { files, getData: (type: string) => texts[type] ?? "" };
  return data as unknown as DataTransfer;
}

test.each([
  ["shop.example/1.jpg", "https://shop.example/1.jpg"],
  ["localhost:8080/1.jpg", "https://localhost:8080/1.jpg"],
  ["http://shop.example/1.jpg", "http://shop.example/1.jpg"],
])("takes %s for an address", (typed, address) => {
  expect(addressOf(typed)).toBe(address);
});

test("takes all files", () => {
  const files = [new File(["1"], "a.jpg"), new File(["2"], "b.jpg")];
  expect(sourcesOf(dropped({}, files))).toEqual(files.map((file) => ({ file })));
});

test("takes a picture of another page by its own address, not by that of its link", () => {
  const html =
    '<a href="https://shop.example/p/1"><img alt="" src="https://cdn.example/1.jpg?a=1&amp;b=2"></a>';
  const texts = { "text/html": html, "text/uri-list": "https://shop.example/p/1" };
  expect(sourcesOf(dropped(texts))).toEqual([{ address: "https://cdn.example/1.jpg?a=1&b=2" }]);
});

test("takes addresses in lists and in texts", () => {
  const list = { "text/uri-list": "# a comment\r\nhttps://cdn.example/1.jpg" };
  expect(sourcesOf(dropped(list))).toEqual([{ address: "https://cdn.example/1.jpg" }]);
  expect(sourcesOf(dropped({ "text/plain": " https://a.example/x " }))).toHaveLength(1);
});

test("takes a picture that a page holds in its address", async () => {
  const [source] = sourcesOf(dropped({ "text/html": '<img src="data:image/gif;base64,R0lG">' }));
  if (!source || !("file" in source)) throw new Error("no file");
  expect(source.file.type).toBe("image/gif");
  expect(await source.file.text()).toBe("GIF");
});

test("finds nothing in other texts", () => {
  expect(sourcesOf(dropped({ "text/plain": "a shirt" }))).toEqual([]);
});

test("names pictures by their files", () => {
  expect(nameOf({ address: "https://cdn.example/a/shirt.jpg?w=1" })).toBe("shirt.jpg");
  expect(nameOf({ address: "https://cdn.example/" })).toBe("https://cdn.example/");
});

test("finds pictures of local catalogues at the service", () => {
  expect(pictureAddress("photos/a b#1.jpg")).toBe("pictures/photos/a%20b%231.jpg");
  expect(pictureAddress("https://cdn.example/1.jpg")).toBe("https://cdn.example/1.jpg");
  expect(pictureAddress(null)).toBeNull();
});
