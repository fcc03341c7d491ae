import { SearchX } from "lucide";
import type { Likeness } from "../api/types";
import { Icon } from "../shared/icon";
import { Picture } from "../shared/picture";
import { place, setParameters } from "../shared/place";
import { ProductLink } from "../shared/product-link";
import { TroubleNote } from "../shared/trouble-note";
import { useAsked } from "../shared/use-asked";
import { strings } from "../strings";
import { hasStyles, identityOf, likenessOf, previewOf, type Query, wantedOf } from "./likeness";
import { SimilarCard } from "./similar-card";

const words = strings.search;
/** Values of an attribute that are offered. */
const VALUES = 6;

/** What looks like the query, and how to narrow it down. */
export function Alike({ query }: { query: Query }) {
  const wanted = wantedOf(place.value.parameters);
  const about = JSON.stringify([identityOf(query), wanted]);
  const { answer, trouble, again } = useAsked((signal) => likenessOf(query, wanted, signal), about);
  const shown = useAsked((signal) => previewOf(query, signal), identityOf(query));
  return (
    <div class="result" aria-busy={!answer && !trouble}>
      <figure class={answer || trouble ? "query" : "query scanning"}>
        {shown.answer && <Picture of={shown.answer} alt={words.looksLike} />}
        <figcaption class="query-name">
          {query.preview === null ? <ProductLink entityId={query.product} /> : query.name}
        </figcaption>
      </figure>
      <div class="found">
        {trouble && <TroubleNote trouble={trouble} onRetry={again} />}
        <div role="status">
          {answer && <h2 class="found-title">{words.found(answer.products.length)}</h2>}
          {answer?.products[0]?.likeness_percentage != null && <p class="hint">{words.score}</p>}
          {!answer && !trouble && <p class="checking">{words.looking}</p>}
        </div>
        {answer && <Narrow answer={answer} filters={wanted.filters} isOne={wanted.oneOfEach} />}
        {answer && <Gallery answer={answer} />}
      </div>
    </div>
  );
}

interface NarrowProps {
  answer: Likeness;
  filters: readonly string[];
  isOne: boolean;
}

function Narrow({ answer: { facets, products }, filters, isOne }: NarrowProps) {
  const toggle = (each: string) =>
    setParameters({
      filter: filters.includes(each)
        ? filters.filter((other) => other !== each)
        : [...filters, each],
    });
  const offered = Object.entries(facets).flatMap(([name, values]) =>
    values
      .filter(({ count }) => count > 1) // others narrow down to one product
      .slice(0, VALUES)
      .map(({ value, count }) => ({ each: `${name}:${value}`, value, count })),
  );
  const gone = filters.filter((filter) => !offered.some(({ each }) => each === filter));
  const all = [...gone.map((each) => ({ each, value: each, count: 0 })), ...offered];
  const isOffered = isOne || hasStyles(products);
  if (!isOffered && all.length === 0) return null;
  return (
    <fieldset class="facets">
      <legend class="unseen">{words.narrow}</legend>
      {isOffered && (
        <button
          type="button"
          aria-pressed={isOne}
          onClick={() => setParameters({ diversify: isOne ? null : "style" })}
        >
          {words.oneOfEach}
        </button>
      )}
      {all.map(({ each, value, count }) => (
        <button
          key={each}
          type="button"
          aria-pressed={filters.includes(each)}
          onClick={() => toggle(each)}
        >
          {value}
          {count > 0 && <span class="hint">{count}</span>}
        </button>
      ))}
    </fieldset>
  );
}

function Gallery({ answer }: { answer: Likeness }) {
  if (answer.products.length === 0)
    return (
      <p class="unaligned">
        <Icon of={SearchX} size={24} /> {words.none}
      </p>
    );
  return (
    <ul class="gallery">
      {answer.products.map((product) => (
        <li key={product.entity_id}>
          <SimilarCard product={product} />
        </li>
      ))}
    </ul>
  );
}
