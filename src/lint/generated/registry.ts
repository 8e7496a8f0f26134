// Generated from src/lint/rules/ by `npm run generate`. Do not edit.
import { ambiguousScalar as yamlAmbiguousScalar } from '../rules/yaml/ambiguous-scalar.ts'
import { conflictMarker as yamlConflictMarker } from '../rules/yaml/conflict-marker.ts'
import { duplicateKey as yamlDuplicateKey } from '../rules/yaml/duplicate-key.ts'
import { encoding as yamlEncoding } from '../rules/yaml/encoding.ts'
import { forbiddenKey as yamlForbiddenKey } from '../rules/yaml/forbidden-key.ts'
import { limits as yamlLimits } from '../rules/yaml/limits.ts'
import { noAnchorAliasMerge as yamlNoAnchorAliasMerge } from '../rules/yaml/no-anchor-alias-merge.ts'
import { noTagDirective as yamlNoTagDirective } from '../rules/yaml/no-tag-directive.ts'
import { singleDocument as yamlSingleDocument } from '../rules/yaml/single-document.ts'
import { syntax as yamlSyntax } from '../rules/yaml/syntax.ts'
import { unsafeNumber as yamlUnsafeNumber } from '../rules/yaml/unsafe-number.ts'
import { converted as filesConverted } from '../rules/files/converted.ts'
import { missing as filesMissing } from '../rules/files/missing.ts'
import { notCheckedOut as filesNotCheckedOut } from '../rules/files/not-checked-out.ts'
import { unexpected as filesUnexpected } from '../rules/files/unexpected.ts'
import { missingKey as schemaMissingKey } from '../rules/schema/missing-key.ts'
import { notAllowed as schemaNotAllowed } from '../rules/schema/not-allowed.ts'
import { outOfRange as schemaOutOfRange } from '../rules/schema/out-of-range.ts'
import { unknownKey as schemaUnknownKey } from '../rules/schema/unknown-key.ts'
import { wrongType as schemaWrongType } from '../rules/schema/wrong-type.ts'
import { endpoint as secretEndpoint } from '../rules/secret/endpoint.ts'
import { interpolation as secretInterpolation } from '../rules/secret/interpolation.ts'
import { keyField as secretKeyField } from '../rules/secret/key-field.ts'
import { value as secretValue } from '../rules/secret/value.ts'
import { recipient as trustRecipient } from '../rules/trust/recipient.ts'
import { root as trustRoot } from '../rules/trust/root.ts'
import { secretName as trustSecretName } from '../rules/trust/secret-name.ts'
import { duplicateAccount as refDuplicateAccount } from '../rules/ref/duplicate-account.ts'
import { fileName as refFileName } from '../rules/ref/file-name.ts'
import { unknown as refUnknown } from '../rules/ref/unknown.ts'
import { unused as refUnused } from '../rules/ref/unused.ts'
import { fourPlans as planFourPlans } from '../rules/plan/four-plans.ts'
import { freeNoOverrides as planFreeNoOverrides } from '../rules/plan/free-no-overrides.ts'
import { limitExceeded as planLimitExceeded } from '../rules/plan/limit-exceeded.ts'
import { modelNotAllowed as planModelNotAllowed } from '../rules/plan/model-not-allowed.ts'
import { notAllowed as planNotAllowed } from '../rules/plan/not-allowed.ts'
import { deprecated as modelDeprecated } from '../rules/model/deprecated.ts'
import { mismatch as modelMismatch } from '../rules/model/mismatch.ts'
import { ignoredValue as promptIgnoredValue } from '../rules/prompt/ignored-value.ts'
import { missingVariable as promptMissingVariable } from '../rules/prompt/missing-variable.ts'
import { redundant as promptRedundant } from '../rules/prompt/redundant.ts'
import { staleDefault as promptStaleDefault } from '../rules/prompt/stale-default.ts'
import { syntax as promptSyntax } from '../rules/prompt/syntax.ts'
import { unknownVariable as promptUnknownVariable } from '../rules/prompt/unknown-variable.ts'
import { noEffect as overrideNoEffect } from '../rules/override/no-effect.ts'
import { redundant as overrideRedundant } from '../rules/override/redundant.ts'
import type { Rule } from '../rule.ts'

/** Every rule of the program, by the rank of the families: at one place, the first alone reports. */
export const rules: readonly Rule[] = [
  yamlAmbiguousScalar,
  yamlConflictMarker,
  yamlDuplicateKey,
  yamlEncoding,
  yamlForbiddenKey,
  yamlLimits,
  yamlNoAnchorAliasMerge,
  yamlNoTagDirective,
  yamlSingleDocument,
  yamlSyntax,
  yamlUnsafeNumber,
  filesConverted,
  filesMissing,
  filesNotCheckedOut,
  filesUnexpected,
  schemaMissingKey,
  schemaNotAllowed,
  schemaOutOfRange,
  schemaUnknownKey,
  schemaWrongType,
  secretEndpoint,
  secretInterpolation,
  secretKeyField,
  secretValue,
  trustRecipient,
  trustRoot,
  trustSecretName,
  refDuplicateAccount,
  refFileName,
  refUnknown,
  refUnused,
  planFourPlans,
  planFreeNoOverrides,
  planLimitExceeded,
  planModelNotAllowed,
  planNotAllowed,
  modelDeprecated,
  modelMismatch,
  promptIgnoredValue,
  promptMissingVariable,
  promptRedundant,
  promptStaleDefault,
  promptSyntax,
  promptUnknownVariable,
  overrideNoEffect,
  overrideRedundant,
]
