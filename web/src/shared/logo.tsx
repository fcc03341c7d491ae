/** Two pictures, and what they share. */
export function Logo() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="logo-one" x="2" y="2" width="20" height="20" rx="6" />
      <rect class="logo-other" x="10" y="10" width="20" height="20" rx="6" />
      <path class="logo-shared" d="M16 10a6 6 0 0 0-6 6v6h6a6 6 0 0 0 6-6v-6z" />
    </svg>
  );
}
