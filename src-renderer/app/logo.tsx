/** The mark: a cube seen from its corner. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <rect width="32" height="32" rx="8" className="logo-ground" />
      <path d="M16 6.5 24.5 11v10L16 25.5 7.5 21V11z" className="logo-line" />
      <path d="M7.500 11 16 15.500 24.500 11M16 15.500v10" className="logo-line logo-inner" />
    </svg>
  );
}
