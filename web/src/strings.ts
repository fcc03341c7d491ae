import type { Choice, Effort, Verdict } from "./api/types";

const HARD_SPACE = "\u00a0";

export function percent(value: number): string {
  return `${value.toLocaleString("en", { maximumFractionDigits: 2 })}${HARD_SPACE}%`;
}

export function count(value: number, one: string, many: string): string {
  return `${value.toLocaleString("en")}${HARD_SPACE}${value === 1 ? one : many}`;
}

/** Seconds in words, rounded to their largest unit. */
export function duration(seconds: number): string {
  if (seconds < 90) return count(Math.round(seconds), "second", "seconds");
  if (seconds < 90 * 60) return count(Math.round(seconds / 60), "minute", "minutes");
  if (seconds < 36 * 3600) return count(Math.round(seconds / 3600), "hour", "hours");
  return count(Math.round(seconds / 86_400), "day", "days");
}

/** How long ago something was, in words. */
export function since(moment: string): string {
  return `${duration(Math.max(0, (Date.now() - Date.parse(moment)) / 1000))} ago`;
}

function turned(degrees: number): string {
  if (degrees === 180) return "Upside down";
  const [angle, side] = degrees < 180 ? [degrees, "right"] : [360 - degrees, "left"];
  return `Turned ${angle}° to the ${side}`;
}

const verdicts: Record<Verdict, { name: string; headline: string; meaning: string }> = {
  duplicate: {
    name: "Same picture",
    headline: "Already in the catalogue",
    meaning: "The same picture, at most re-encoded or resized.",
  },
  edited_copy: {
    name: "Edited copy",
    headline: "Already in the catalogue, edited",
    meaning: "The same photograph",
  },
  colour_variant: {
    name: "Another colour",
    headline: "In the catalogue in another colour",
    meaning: "The same photograph in other colours does not count as a duplicate.",
  },
  similar: {
    name: "Looks alike",
    headline: "Not a copy; these are the nearest",
    meaning: "The nearest pictures of the catalogue. None of them is this one.",
  },
};

const efforts: Record<Effort, { name: string; meaning: string }> = {
  fast: { name: "Fast", meaning: "The few nearest pictures alone, for many checks in a row." },
  normal: {
    name: "Normal",
    meaning: "All common edits: crops, overlays, mirroring, quarter turns.",
  },
  thorough: {
    name: "Thorough",
    meaning: "Also turns by any angle, negatives, and small pictures in a picture. Takes longer.",
  },
};

/** All words of the page, in one place; another language is another object of this shape. */
export const strings = {
  name: "Lookalike",
  skip: "Skip to content",
  views: {
    check: "Check",
    search: "Search",
    catalogue: "Catalogue",
    review: "Review",
    status: "Status",
  },
  navigation: "Views",
  docs: "API",
  theme: { auto: "Colours: as the system", light: "Colours: light", dark: "Colours: dark" },
  close: "Close",
  retry: "Try again",
  picture: { none: "No picture to show", unreadable: "Cannot be shown here" },
  key: {
    title: "An API key is needed",
    text: "The service accepts requests with a key alone. It is kept until this tab is closed.",
    refused: "The service does not accept this key.",
    own: "Key of this tab",
    known: "A key is kept until this tab is closed. Another one takes its place.",
    change: "API key",
    label: "API key",
    use: "Use this key",
    enter: "Enter a key",
    forget: "Forget the key",
  },
  trouble: {
    refused: (status: number) => `The service refused this (${status})`,
    key: "An API key is needed",
    busy: "The service is busy",
    away: "The service does not answer",
    proxy: "Something else answered",
    cut: "The answer was cut off",
    tooLarge: "Too large to send",
    defect: "This page has failed",
    text: {
      away: "See whether it is running and whether you are online, and try again.",
      proxy: (status: number) =>
        `The answer does not come from the service, but from something before it, such as a proxy (HTTP status ${status}). Try again later.`,
      tooLarge:
        "What is before the service, such as a proxy, takes no request of this size (HTTP status 413).",
      cut: "The connection ended before the answer did. Try again.",
      defect: (error: string) =>
        `That is a defect of the page, not of your catalogue. Reload it; if it stays so, tell whoever runs the service: ${error}`,
    },
  },
  catalogue: {
    title: "Catalogue",
    search: "Search",
    searchHint: "Id, SKU or text; or category:Dress",
    filter: "Only products with",
    products: (number: number) => count(number, "product", "products"),
    shown: (number: number, isAll: boolean) =>
      `${count(number, "product", "products")}${isAll ? "" : " so far"}`,
    loading: "Loading …",
    none: "No product meets this",
    noneText:
      "Search for a part of an id, a SKU or an attribute, or for a whole one such as category:Dress.",
    empty: "The catalogue is empty",
    emptyText:
      "Drop a feed here: CSV, XLSX, JSON, RSS and others; or a folder of pictures. Or, in a terminal:",
    featureless: "Too plain to match",
    pictures: (number: number) => count(number, "picture", "pictures"),
    picture: (index: number, product: string) => `Picture ${index + 1} of ${product}`,
    copies: "Copies in the catalogue",
    noCopies: "No copy of this picture was found.",
    noCopiesOfStored:
      "No copy was found by the small picture that is stored, which shows less than the file: copies of a small part of it may be missed. The file itself is not within reach.",
    unchecked: "The picture cannot be read from here, so it was not checked.",
    ofStored:
      "Found by the small picture that is stored: the file itself is not within reach, so there may be more.",
    similar: "Looks alike",
    history: "History",
    decisions: {
      title: "Decisions",
      duplicate: "Duplicate of",
      not_duplicate: "Not a duplicate of",
      variant: "Variant of",
      by: (name: string) => `by ${name}`,
      stale: "does not count any more: a picture has changed",
      undo: (product: string) => `Undo the decision about ${product}`,
    },
    facts: {
      flag: "Flagged: same as",
      state: "State",
      active: "Takes part in checks",
      quality: "Quality",
      size: "Size",
      source: "Source",
      version: "Algorithm",
    },
    load: "Load a feed",
    loadFolder: "Load a folder",
    dropFeed: "Drop a feed or a folder of pictures to load it",
    notAFeed: "Drop a feed, such as a file of CSV, XLSX or JSON, or a folder of pictures.",
    tooLarge:
      "This service takes feeds of some 4 MB in a request. Leave out what is not needed, save it as several files, or load it in a terminal, where a feed may be of any size:",
    folder: { unreadable: "This browser cannot read the file any more." },
    preview: {
      title: (name: string) => `What ${name} would change`,
      looking: "Reading the feed, and comparing it with the catalogue …",
      unknown: "This service does not look at such a feed before. It can be loaded without.",
      hasMore: (rows: string) => `${rows} looked at; there are more, which are loaded, too`,
      unknownDeletions:
        "What it would delete is not known before it runs. If that is more than may be deleted, it ends before it changes anything.",
      recognised: (format: string, rows: number) => `${format}, ${count(rows, "row", "rows")}`,
      pictures: "Pictures are read when it is loaded.",
      forget: "Do not load",
      columns: {
        title: "Columns",
        unknown: "The names of the columns do not tell what they have. Choose them:",
        choose: "Choose a column",
        again: "As recognised",
        entity_id: "Id",
        sku: "SKU",
        image_url: "Picture",
        further: "Further pictures",
        attributes: "Attributes",
        left: "Not read",
        none: "none",
      },
      modes: {
        title: "Products that the feed does not name",
        import: "Keep them",
        sync: "Delete them",
      },
      most: "Delete at most",
      mostWrong:
        "That is no limit. Nothing can be loaded until this is a number, such as 25, or a share of at most 100%, such as 10%.",
      mostHint: "A number of products, or a share of those that are there. More is refused.",
      counts: {
        added: "New",
        changed: "Changed",
        unchanged: "As they are",
        failed: "Refused",
        deleted: (products: number) => `Deleted, of ${products.toLocaleString("en")}`,
      },
      failures: (number: number) => `${count(number, "row", "rows")} would be refused`,
      spared: (missing: number) =>
        `${count(missing, "product is", "products are")} not in the feed, and kept: some of its rows cannot be read, and may be about them.`,
      refused: (deleted: number, products: number) =>
        `This would delete ${deleted.toLocaleString("en")} of ${count(products, "product", "products")}, which is more than may be deleted. See whether the feed is whole; if it is, allow more in “Delete at most”.`,
      load: (products: number, deleted: number) =>
        [
          products > 0 ? `Load ${count(products, "product", "products")}` : "Load",
          deleted > 0 && `delete ${deleted.toLocaleString("en")}`,
        ]
          .filter(Boolean)
          .join(", "),
      folder: {
        empty: "There is no picture in it.",
        found: (pictures: number, products: number) =>
          `${count(pictures, "picture", "pictures")} of ${count(products, "product", "products")}`,
        ids: (ids: string) => `Names become ids: ${ids}`,
        others: (files: number) => `${count(files, "other file is", "other files are")} not read.`,
      },
    },
    import: {
      title: (name: string) => `Loading ${name}`,
      states: {
        running: "Loading",
        done: "Loaded",
        failed: "Could not go on",
        cancelled: "Cancelled",
      } as Record<string, string>,
      done: "loaded",
      unchanged: "unchanged",
      failed: "refused",
      deleted: "deleted",
      rate: (rate: number, seconds: number) =>
        `${rate.toFixed(0)} a second, ${duration(seconds)} left`,
      cancel: "Cancel",
      dismiss: "Dismiss",
      failures: (number: number) => `${count(number, "row was", "rows were")} refused`,
      row: (row: number) => `Row ${row}`,
      rows: (number: number) => count(number, "row", "rows"),
      moreFailures: "Show more",
      download: "Save refused rows",
      fileName: (name: string) => `refused rows of ${name}.csv`,
      lost: "The connection to the service is lost. It goes on loading; this page asks again.",
    },
  },
  search: {
    title: "What looks like this?",
    lead: "Products that look alike, also on other photographs: for recommendations, and to find what was taken anew.",
    dropNow: "Drop to search",
    submit: "Search",
    onlyFirst: "Only the first picture is searched for.",
    looksLike: "What is looked for",
    looking: "Looking …",
    found: (number: number) => `The nearest ${count(number, "product", "products")}`,
    none: "No product meets this.",
    narrow: "Narrow down",
    oneOfEach: "One of each style",
    more: (product: string) => `More like ${product}`,
    moreLikeThis: "More like this",
    others: (number: number) => `and ${count(number, "other", "others")}`,
    score: "Per cent: how probably it is of the same category and colour.",
  },
  review: {
    title: "Review",
    lead: "Find all duplicates of the catalogue, and decide on them one after the other.",
    begin: "Find duplicates",
    again: "Search again",
    searching: (compared: number, total: number | null) =>
      total === null
        ? "Counting pictures …"
        : `${compared.toLocaleString("en")} of ${count(total, "picture", "pictures")} compared`,
    left: (seconds: number) => `${duration(seconds)} left`,
    failed: "The search could not go on",
    lost: "The connection to the service is lost. It goes on searching; this page asks again.",
    none: "No duplicates",
    noneText: "No two products of the catalogue show one photograph.",
    over: "Everything is decided",
    overText: (decided: number) =>
      `${count(decided, "pair was", "pairs were")} decided in this session.`,
    progress: (decided: number, all: number, isAll: boolean) =>
      `${decided.toLocaleString("en")} of ${count(all, "pair", "pairs")}${isAll ? "" : " so far"} decided`,
    group: (groups: number) => count(groups, "group", "groups"),
    question: "Are these duplicates?",
    keep: "Proposed to keep",
    other: "Compared with it",
    members: (products: number) => `In a group of ${count(products, "product", "products")}`,
    choices: {
      duplicate: { text: "Duplicate", key: "d" },
      not_duplicate: { text: "Not a duplicate", key: "n" },
      variant: { text: "Variant", key: "v" },
    } as Record<Choice, { text: string; key: string }>,
    later: { text: "Later", key: "s" },
    undo: { text: "Undo", key: "z" },
    undone: "Undone.",
    postponed: "Postponed: it is asked again after the others.",
    onlyLeft: "This is the only pair that is left.",
    decided: (choice: string) => `Decided: ${choice}.`,
    conflict: (by: string, choice: string) =>
      `${by || "Somebody"} has decided this meanwhile: ${choice}. It stays so.`,
    by: "Your name",
    byHint: "Kept with your decisions",
    shortcuts: "Decide by letters",
    known: (choice: string, by: string) => `Decided: ${choice}${by && ` by ${by}`}`,
    filters: "Filters",
    state: "Ask about",
    states: { "": "Undecided pairs", all: "All pairs" } as Record<string, string>,
    kind: "Kind",
    kinds: {
      "": "All kinds",
      same_picture: "Same picture",
      duplicate: "Plain copies",
      edited_copy: "Edited copies",
      colour_variant: "Colours",
    } as Record<string, string>,
    least: "At least, %",
    attribute: "One of them with",
    attributeHint: "key:value, such as seller:acme",
    export: "Export decisions",
    exportName: "decisions.json",
    differs: "differs",
  },
  events: {
    none: "Nothing has happened yet.",
    created: "was added",
    replaced: "was replaced",
    same: "shows the same photograph as",
    refused: ", and was refused",
    imported: (done: number, failed: number) =>
      `An import has ended: ${done.toLocaleString("en")} loaded, ${failed.toLocaleString("en")} refused`,
  },
  status: {
    title: "Status",
    products: "Products",
    pictures: "Different pictures",
    searchable: "Found by checks",
    outdated: "Outdated",
    outdatedText: "Pictures of another algorithm version. Load their products again.",
    fresh: "Everything is in step",
    freshText: "The index has exactly the stored pictures.",
    behind: (number: number) => `${count(number, "picture is", "pictures are")} not indexed yet`,
    ahead: (number: number) =>
      `${count(number, "removed picture is", "removed pictures are")} still indexed`,
    compared: (seconds: number) => `Compared ${duration(seconds)} ago`,
    events: "Last events",
    imports: {
      title: "Last imports",
      none: "The service has loaded no file yet.",
      rate: (rate: number) => `${rate.toFixed(rate < 10 ? 1 : 0)} rows a second`,
    },
    versions: "Versions",
    service: "Service",
    algorithm: "Algorithm",
    uptime: "Running for",
    updated: "This page asks again every ten seconds.",
  },
  check: {
    title: "Is this picture in your catalogue?",
    lead: "Copies are found even if they were cropped, mirrored, framed, watermarked or re-encoded.",
    drop: "Drop pictures here",
    dropNow: "Drop to check",
    submit: "Check",
    paste: "or paste with",
    pasteKeys: ["Ctrl", "V"],
    choose: "Choose pictures",
    photograph: "Take a photo",
    addressLabel: "Address of a picture",
    similar: "More like this",
    addressHint: "or the address of a picture, https://…",
    another: "Check other pictures",
    samples: "Or try the examples for the sample catalogue",
    sample: {
      cropped: "Cropped and mirrored",
      watermarked: "Watermarked",
      unknown: "Not in the sample catalogue",
    },
    notAPicture: "What you dropped or pasted holds no picture.",
    yours: "Your picture",
    size: (width: number, height: number) => `${width} × ${height}`,
    reduced: (size: string) => `sent as ${size}`,
    took: (seconds: number) => `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`,
    checking: "Checking …",
    waiting: "Waiting",
    progress: (done: number, all: number) => `${done} of ${all} checked`,
    list: "Pictures of this check",
    notThere: "Not in the catalogue",
    notThereText: (least: number) => `No picture of the catalogue reaches ${percent(least)}.`,
    showNearest: "Show the nearest anyway",
    alike: (number: number) =>
      `${count(number, "near picture shows", "near pictures show")} something else`,
    empty: "The catalogue is empty",
    emptyText: "There is nothing to compare with yet. Load a feed of products first.",
    fill: "Load a catalogue",
    matches: (number: number) => count(number, "match", "matches"),
    match: "Match",
    compare: (product: string) => `Compare with ${product}`,
    product: "Product",
    sku: "SKU",
    noSku: "No SKU",
    verdicts,
    efforts,
    why: {
      same: "Whole picture, unchanged",
      edited: "Edited within the frame",
      mirrored: "Mirrored",
      turned,
      cropped: (part: string) => `Cropped to ${part}`,
      framed: (part: string) => `Fills ${part} of yours`,
      recoloured: "Recoloured",
    },
    options: {
      title: "Options",
      effort: "Effort",
      least: "Least match",
      leastHint: "0 lists the nearest pictures whatever they are.",
      top: "Show at most",
      filter: "Only products with",
      filterHint: "key:value, such as seller:acme",
      reset: "Reset",
    },
    comparison: {
      side: "Side by side",
      slider: "Slider",
      mode: "How to compare",
      area: "Shared area",
      areaHint: "Equal numbers show the same corner.",
      reveal: "How much of your picture covers the catalogue's",
      unaligned: "The pictures cannot be laid over each other: no shared area is known.",
      previous: "Previous match",
      next: "Next match",
      position: (index: number, all: number) => `${index} of ${all}`,
      catalogue: "In the catalogue",
      shares: (yours: string, theirs: string) =>
        `${yours} of your picture shows ${theirs} of the catalogue’s.`,
    },
  },
};
