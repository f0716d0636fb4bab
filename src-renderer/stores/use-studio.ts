import { createContext, useContext } from 'react';
import type { Studio } from './studio.js';

export const StudioContext = createContext<Studio | undefined>(undefined);

/** The studio's stores. Components take from them by narrow selectors: `useStore(useStudio().jobs, (state) => state.order)`. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (!studio) throw new Error('There is no studio around this component.');
  return studio;
}
