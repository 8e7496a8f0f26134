/**
 * The formats that the schemas use, for the validators that `build.js` compiles. A package would bring thirty others,
 * with patterns of a thousand characters.
 */
export { isDay as date } from '../../base/parse-moment.ts'
