import type { ErrorObject } from 'ajv'
import type { FileTypes } from './types.ts'

export interface Validator<T> {
  (value: unknown): value is T
  errors?: ErrorObject[] | null
}
export const account: Validator<FileTypes['account']>
export const functions: Validator<FileTypes['functions']>
export const models: Validator<FileTypes['models']>
export const plans: Validator<FileTypes['plans']>
export const profile: Validator<FileTypes['profile']>
export const prompt: Validator<FileTypes['prompt']>
export const settings: Validator<FileTypes['settings']>
export const strategy: Validator<FileTypes['strategy']>
export const tenfold: Validator<FileTypes['tenfold']>
