import type { Member, Verdict } from "../api/types";
import { OutlinedPicture } from "../check/outlined-picture";
import { TONES } from "../check/verdicts";
import { Icon } from "../shared/icon";
import { skuOf } from "../shared/naming";
import { sightOf } from "../shared/pictures";
import { ProductLink } from "../shared/product-link";
import { percent, strings } from "../strings";
import { outlinesOf, type Question } from "./questions";
import { decisions } from "./review";

const words = strings.review;

/** Two products beside each other, with what differs between them. */
export function Pair({ question }: { question: Question }) {
  const { group, keep, other, link } = question;
  const verdict: Verdict = link?.verdict ?? "duplicate";
  const outlines = outlinesOf(question);
  const known = decisions.value.get(question.pair);
  return (
    <section class={`pair tone-${TONES[verdict].tone}`} aria-label={words.question}>
      <div class="pair-head">
        <h2>{words.question}</h2>
        <span class="badge">
          <Icon of={TONES[verdict].icon} size={14} />
          {strings.check.verdicts[verdict].name}
        </span>
        <strong>{percent(link?.match_percentage ?? group.match_percentage)}</strong>
        <span class="hint">{words.members(group.products)}</span>
        {known?.stands && (
          <span class="hint">{words.known(words.choices[known.decision].text, known.by)}</span>
        )}
      </div>
      <div class="side">
        <Side member={keep} than={other} title={words.keep} outline={outlines?.[0]} />
        <Side member={other} than={keep} title={words.other} outline={outlines?.[1]} />
      </div>
    </section>
  );
}

interface SideProps {
  member: Member;
  than: Member;
  title: string;
  outline: number[][] | undefined;
}

function Side({ member, than, title, outline }: SideProps) {
  const facts = factsOf(member);
  const others = factsOf(than);
  return (
    <div class="pair-side">
      <OutlinedPicture caption={title} picture={sightOf(member)} outline={outline} />
      <dl>
        {[...facts].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {name === strings.check.product && <ProductLink entityId={value} />}
              {name !== strings.check.product &&
                (others.get(name) === value ? value : <mark>{value}</mark>)}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function factsOf(member: Member): Map<string, string> {
  return new Map([
    [strings.check.product, member.entity_id],
    [strings.check.sku, skuOf(member)],
    ...Object.entries(member.attributes),
  ]);
}
