import { expect, test } from "vitest";
import { addressOf, placeOf } from "../shared/place";
import { DEFAULTS, requestOf, setSettings, settings, settingsOf } from "./settings";

test("reads what an address says, and takes defaults for what makes no sense", () => {
  const { parameters } = placeOf("#/check?effort=thorough&min_match=0&top=999&filter=a:b&filter=c");
  expect(settingsOf(parameters)).toEqual({
    effort: "thorough",
    least: 0,
    top: 50,
    filters: ["a:b"],
  });
  expect(settingsOf(new URLSearchParams("effort=x&min_match=&top=many"))).toEqual(DEFAULTS);
});

test("writes to the address what differs from the defaults", () => {
  setSettings({ effort: "fast", least: 30, filters: ["seller:acme", "size:m"] });
  expect(location.hash).toBe(
    "#/check?effort=fast&min_match=30&filter=seller%3Aacme&filter=size%3Am",
  );
  expect(settings.value.effort).toBe("fast");
  setSettings(DEFAULTS);
  expect(location.hash).toBe(addressOf("check"));
});

test("asks for them", () => {
  expect(`${requestOf({ ...DEFAULTS, filters: ["seller:acme"] })}`).toBe(
    "top=12&min_match=50&effort=normal&filter=seller%3Aacme",
  );
});
