export { keysOfSelector, selectsLabels } from '../../mesh/index.ts';
