import {
  BookOpen,
  ChartNoAxesColumn,
  CopyCheck,
  KeyRound,
  LayoutList,
  Monitor,
  Moon,
  ScanSearch,
  Sparkles,
  Sun,
} from "lucide";
import type { FunctionComponent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { askForKey, hasKeys } from "./api/key";
import { CatalogueView } from "./catalogue/catalogue-view";
import { CheckView } from "./check/check-view";
import { ReviewView } from "./review/review-view";
import { SearchView } from "./search/search-view";
import { Icon } from "./shared/icon";
import { KeyDialog } from "./shared/key-dialog";
import { Logo } from "./shared/logo";
import { addressOf, place, START } from "./shared/place";
import { nextTheme, theme } from "./shared/theme";
import { StatusView } from "./status/status-view";
import { strings } from "./strings";

type ViewName = keyof typeof strings.views;

const VIEWS: Partial<Record<ViewName, { view: FunctionComponent; icon: typeof ScanSearch }>> = {
  check: { view: CheckView, icon: ScanSearch },
  search: { view: SearchView, icon: Sparkles },
  catalogue: { view: CatalogueView, icon: LayoutList },
  review: { view: ReviewView, icon: CopyCheck },
  status: { view: StatusView, icon: ChartNoAxesColumn },
};

const THEME_ICONS = { auto: Monitor, light: Sun, dark: Moon };

export function App() {
  const name = (place.value.view in VIEWS ? place.value.view : START) as ViewName;
  const main = useRef<HTMLElement>(null);
  const View = VIEWS[name]?.view ?? CheckView;
  useTitle(name, main);
  useNoStrayDrops();
  return (
    <>
      <Header name={name} onSkip={() => main.current?.focus()} />
      <main ref={main} tabIndex={-1}>
        <View />
      </main>
      <KeyDialog />
    </>
  );
}

function Header({ name, onSkip }: { name: ViewName; onSkip: () => void }) {
  const skip = (event: Event) => {
    event.preventDefault();
    onSkip();
  };
  return (
    <header class="bar">
      <a class="skip" href={addressOf(name)} onClick={skip}>
        {strings.skip}
      </a>
      <a class="brand" href={addressOf(START)}>
        <Logo />
        {strings.name}
      </a>
      <nav class="views" aria-label={strings.navigation}>
        {Object.entries(VIEWS).map(([each, { icon }]) => (
          <a key={each} href={addressOf(each)} aria-current={each === name ? "page" : undefined}>
            <Icon of={icon} size={18} />
            {strings.views[each as ViewName]}
          </a>
        ))}
      </nav>
      <a class="quiet" href="docs">
        <Icon of={BookOpen} size={18} />
        {strings.docs}
      </a>
      {hasKeys.value && (
        <button
          type="button"
          class="quiet"
          onClick={() => void askForKey()}
          aria-label={strings.key.change}
        >
          <Icon of={KeyRound} size={18} />
        </button>
      )}
      <button
        type="button"
        class="quiet"
        onClick={nextTheme}
        aria-label={strings.theme[theme.value]}
      >
        <Icon of={THEME_ICONS[theme.value]} size={18} />
      </button>
    </header>
  );
}

/** Names the view in the title, and moves the focus to it when it changes. */
function useTitle(name: ViewName, main: { current: HTMLElement | null }) {
  const shown = useRef(name);
  useEffect(() => {
    document.title = `${strings.views[name]} · ${strings.name}`;
    if (shown.current !== name) main.current?.focus();
    shown.current = name;
  }, [name, main]);
}

/** What is dropped where nothing takes it would be opened in place of the page. */
function useNoStrayDrops() {
  useEffect(() => {
    const listening = new AbortController();
    const refuse = (event: DragEvent) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    };
    for (const name of ["dragover", "drop"] as const)
      window.addEventListener(name, refuse, { signal: listening.signal });
    return () => listening.abort();
  }, []);
}
