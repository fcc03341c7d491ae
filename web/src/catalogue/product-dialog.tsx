import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { CheckAnswer, Product } from "../api/types";
import { Comparison } from "../check/comparison";
import { MatchCard } from "../check/match-card";
import { Dialog } from "../shared/dialog";
import { FactList } from "../shared/fact-list";
import { Picture } from "../shared/picture";
import { isWebAddress, pictureAddress } from "../shared/pictures";
import { addressOf } from "../shared/place";
import { TroubleNote } from "../shared/trouble-note";
import { useAsked } from "../shared/use-asked";
import { ownPicture } from "../shared/use-own-picture";
import { strings } from "../strings";
import { ProductMore } from "./product-more";

const words = strings.catalogue;
const MOST_COPIES = 24;

/** A product with all its pictures, and the products that show the same. */
export function ProductDialog({ entityId, onClose }: { entityId: string; onClose: () => void }) {
  const [picture, setPicture] = useState(0);
  const path = `products/${encodeURIComponent(entityId)}`;
  const { answer, trouble, again } = useAsked((signal) => ask<Product>(path, { signal }), path);
  const shown = answer && (answer.images?.[picture]?.image_url ?? answer.image_url);
  return (
    <Dialog title={answer?.sku || entityId} isWide onClose={onClose}>
      {trouble && <TroubleNote trouble={trouble} onRetry={again} />}
      {answer && (
        <div class="product">
          <div class="product-pictures">
            <Picture address={pictureAddress(shown)} alt={words.picture(picture, entityId)} />
            <Thumbnails product={answer} chosen={picture} onChosen={setPicture} />
          </div>
          <div class="product-words">
            <a
              class="button"
              href={addressOf("search", new URLSearchParams({ entity_id: entityId }))}
            >
              {strings.check.similar}
            </a>
            <Facts product={answer} />
            <Copies key={shown} entityId={entityId} imageUrl={shown ?? null} />
            <ProductMore entityId={entityId} />
          </div>
        </div>
      )}
    </Dialog>
  );
}

interface ThumbnailsProps {
  product: Product;
  chosen: number;
  onChosen: (index: number) => void;
}

function Thumbnails({ product, chosen, onChosen }: ThumbnailsProps) {
  const { images = [] } = product;
  if (images.length < 2) return null;
  return (
    <ul class="thumbnails">
      {images.map(({ image_url }, index) => (
        <li key={`${index} ${image_url}`}>
          <button type="button" aria-current={index === chosen} onClick={() => onChosen(index)}>
            <Picture
              address={pictureAddress(image_url)}
              alt={words.picture(index, product.entity_id)}
            />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Facts({ product }: { product: Product }) {
  const { fingerprint, flag, state } = product;
  const facts: [string, string][] = [
    [strings.check.product, product.entity_id],
    [strings.check.sku, product.sku || strings.check.noSku],
    ...Object.entries(product.attributes),
    [words.facts.state, state === "featureless" ? words.featureless : words.facts.active],
  ];
  if (flag) facts.unshift([words.facts.flag, flag.entity_id]);
  if (fingerprint) {
    facts.push([words.facts.size, strings.check.size(fingerprint.width, fingerprint.height)]);
    facts.push([words.facts.quality, `${fingerprint.quality}`]);
    facts.push([words.facts.version, fingerprint.version]);
  }
  if (product.image_url) facts.push([words.facts.source, product.image_url]);
  return (
    <div class="facts">
      <FactList facts={facts} />
    </div>
  );
}

function Copies({ entityId, imageUrl }: { entityId: string; imageUrl: string | null }) {
  const [compared, setCompared] = useState<number | null>(null);
  const asked = useAsked((signal) => copiesOf(entityId, imageUrl, signal), `${imageUrl}`);
  const address = pictureAddress(imageUrl);
  const matches = asked.answer?.matches ?? [];
  return (
    <section class="copies" aria-busy={!asked.answer && !asked.trouble}>
      <h3>{words.copies}</h3>
      {asked.trouble && <TroubleNote trouble={asked.trouble} onRetry={asked.again} />}
      <p class="hint" role="status">
        {!address && words.unchecked}
        {address && !asked.answer && !asked.trouble && strings.check.checking}
        {address && asked.answer && matches.length === 0 && words.noCopies}
      </p>
      <ul class="gallery">
        {matches.map((match, index) => (
          <li key={`${match.entity_id} ${match.image_url}`}>
            <MatchCard match={match} onCompare={() => setCompared(index)} />
          </li>
        ))}
      </ul>
      {compared !== null && address && (
        <Comparison
          query={address}
          matches={matches}
          index={compared}
          onIndex={setCompared}
          onClose={() => setCompared(null)}
        />
      )}
    </section>
  );
}

/** The other products that show a picture of the catalogue. */
async function copiesOf(
  entityId: string,
  imageUrl: string | null,
  signal: AbortSignal,
): Promise<CheckAnswer | null> {
  if (!imageUrl) return null;
  const wanted = { top: `${MOST_COPIES}`, exclude_entity_id: entityId };
  const parameters = new URLSearchParams(wanted);
  if (isWebAddress(imageUrl)) {
    parameters.set("image_url", imageUrl);
    return ask<CheckAnswer>(`find_similar?${parameters}`, { signal });
  }
  const body = new FormData();
  body.append("image", await ownPicture(pictureAddress(imageUrl) ?? "", signal));
  return ask<CheckAnswer>(`find_similar?${parameters}`, { method: "POST", body, signal });
}
