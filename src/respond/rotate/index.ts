/** Replacing a credential while those who use it go on. */
export { nameOf as placeName } from './begin.ts';
export { rotate } from './rotate.ts';
export { templateProblem } from './template.ts';
export { stateOf } from './state.ts';
export type { RotationPast, RotationState } from './state.ts';
export type { RotateDeps, RotateOptions, Rotated, RotationSpec, Slot } from './types.ts';
