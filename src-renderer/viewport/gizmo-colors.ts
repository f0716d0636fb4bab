/** Of lines and handles over the model, by theme. */
export const GIZMO_COLORS = { light: '#1f56c8', dark: '#8fb6ff' } as const;
