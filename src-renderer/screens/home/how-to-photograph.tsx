import type { ReactNode } from 'react';
import { texts } from '../../ui/texts.js';

const ring = Array.from({ length: 10 }, (_, index) => {
  const angle = (index / 10) * 2 * Math.PI;
  return { x: 60 + 44 * Math.cos(angle), y: 44 + 26 * Math.sin(angle), turn: (angle * 180) / Math.PI + 90 };
});

/** Line drawings, one for each piece of advice. */
const DRAWINGS: readonly ReactNode[] = [
  <g key="ring">
    <ellipse cx="60" cy="44" rx="44" ry="26" className="line faint dashed" />
    <path d="M60 30l12 7v14l-12 7-12-7V37z" className="line solid" />
    <path d="M48 37l12 7 12-7M60 44v14" className="line" />
    {ring.map(({ x, y }) => (
      <circle key={`${x} ${y}`} cx={x} cy={y} r="3.4" className="dot" />
    ))}
  </g>,
  <g key="overlap">
    <rect x="20" y="22" width="46" height="36" rx="4" className="line solid" />
    <rect x="34" y="27" width="46" height="36" rx="4" className="line solid" />
    <rect x="48" y="32" width="46" height="36" rx="4" className="line solid strong" />
    <circle cx="60" cy="48" r="7" className="dot" />
  </g>,
  <g key="light">
    <circle cx="72" cy="26" r="9" className="dot soft" />
    <path d="M72 8v4M90 26h-4M85 13l-3 3M59 13l3 3" className="line faint" />
    <path d="M34 48a11 11 0 0 1 2-21 16 16 0 0 1 30-2 12 12 0 0 1 12 23z" className="line solid" />
    <path d="M28 70h64" className="line strong" />
    <path d="M60 52l8 4.500v8L60 70l-8-5.500v-8z" className="line solid" />
    <path d="M52 56.500l8 4.500 8-4.500M60 61v9" className="line" />
  </g>,
  <g key="texture">
    <path d="M22 66l16-22h44l16 22z" className="line solid" />
    <path d="M33 51h54M27 59h66M48 44l-8 22M60 44v22M72 44l8 22" className="line faint" />
    <path d="M50 48c-8-10-4-28 10-28s18 18 10 28z" className="line solid strong" />
  </g>,
];

/** What makes a good capture, for those who do it for the first time. */
export function HowToPhotograph() {
  return (
    <section aria-labelledby="how" className="how">
      <h2 id="how" className="section-title">
        {texts.home.howTitle}
      </h2>
      <ol className="how-items">
        {texts.home.how.map(({ title, text }, index) => (
          <li key={title} className="how-item">
            <svg viewBox="0 0 120 88" className="how-drawing" aria-hidden="true">
              {DRAWINGS[index]}
            </svg>
            <h3>{title}</h3>
            <p>{text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
