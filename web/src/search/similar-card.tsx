import { Sparkles } from "lucide";
import type { SimilarProduct } from "../api/types";
import { Icon } from "../shared/icon";
import { namesOf } from "../shared/naming";
import { Picture } from "../shared/picture";
import { sightOf } from "../shared/pictures";
import { addressOf } from "../shared/place";
import { percent, strings } from "../strings";

const words = strings.search;

/** A product that looks like something, and leads to what looks like it. */
export function SimilarCard({ product }: { product: SimilarProduct }) {
  const { entity_id, likeness_percentage, cosine, others } = product;
  const { name, further } = namesOf(product);
  const score =
    likeness_percentage === null ? cosine.toFixed(2) : percent(Math.floor(likeness_percentage));
  const address = addressOf("search", new URLSearchParams({ entity_id }));
  return (
    <article class="card tone-similar">
      <div class="card-picture">
        <Picture of={sightOf(product)} alt="" lazy />
      </div>
      <div class="card-words">
        <h3>
          <a class="card-open" href={address} aria-label={words.more(name)}>
            {name}
          </a>
        </h3>
        <span class="card-score">{score}</span>
        <p class="card-id">{further}</p>
        <ul class="chips">
          <li>
            <Icon of={Sparkles} size={12} /> {words.moreLikeThis}
          </li>
          {others > 0 && <li>{words.others(others)}</li>}
        </ul>
      </div>
    </article>
  );
}
