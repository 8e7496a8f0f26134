// Generated from src/source/schema/frames/ by `npm run generate`. Do not edit.

export namespace account {
  /**
   * The prompts this account has customised or pinned, by prompt type. Missing: the live global prompt. For Starter, Growth and Scale; never for Free.
   */
  export type AccountPrompts = {
    [k: string]: PromptRecord
  } | null
  /**
   * The account's own author profiles, by id. One with the id of a global profile replaces it as a whole; `active: false` alone hides it. For Starter, Growth and Scale; never for Free.
   */
  export type AccountProfiles = {
    [k: string]: AccountProfile
  } | null
  /**
   * The account's own strategies, by id. One with the id of a global strategy replaces it as a whole; `active: false` alone hides it. For Starter, Growth and Scale; never for Free.
   */
  export type AccountStrategies = {
    [k: string]: AccountStrategy
  } | null

  /**
   * accounts/** /ID.yaml: one account. A Free account has `id`, `plan` and perhaps `name`, and nothing else. A Starter, Growth or Scale account may override models, parameters, image settings, prompts, author profiles and strategies. No account has an API key, an endpoint or a header of its own.
   */
  export interface AccountFile {
    /**
     * The account's id, the same as the file's stem: 1 to 63 lower-case letters, digits, hyphens or underscores; begins with a letter or digit. Quote an id made of digits only.
     */
    id: string
    /**
     * The account's plan: free, starter, growth or scale. plans.yaml says what it may override.
     */
    plan: string
    /**
     * The customer's name as people read it. Default: none.
     */
    name?: string
    /**
     * What this account sets for itself, field by field; it stands above functions.yaml and settings.yaml. A field that is null or missing is inherited; 0 is a value and wins. For Starter, Growth and Scale; never for Free.
     */
    overrides?: Readonly<
      Record<string, Readonly<Record<string, string | number | boolean | null>> | null>
    > | null
    prompts?: AccountPrompts
    author_profiles?: AccountProfiles
    strategies?: AccountStrategies
  }
  /**
   * The account's record for one prompt type. `tenfold prompt customize`, `reset` and `rebase` write it for you.
   *
   * This interface was referenced by `AccountFile`'s JSON-Schema
   * via the `definition` "PromptRecord".
   */
  export interface PromptRecord {
    /**
     * true: the account uses `value`. false: it stays on `default`, a snapshot of the global prompt (written by `prompt reset --pin`). To follow the live global prompt, remove the record.
     */
    customized: boolean
    /**
     * The account's own text, with the placeholders that the global prompt requires. Required when `customized` is true; ignored when it is false.
     */
    value?: string
    /**
     * The global text at the moment of customising, kept for reset. Where it differs from today's global text a warning says so; `tenfold prompt rebase` brings it up to date.
     */
    default: string
  }
  /**
   * An author profile of this account alone. Nothing in it may be null.
   *
   * This interface was referenced by `AccountFile`'s JSON-Schema
   * via the `definition` "AccountProfile".
   */
  export interface AccountProfile {
    /**
     * The author's name as people read it. Required, except beside `active: false`.
     */
    name?: string
    /**
     * Who this author is and when to choose them. Default: none.
     */
    description?: string
    /**
     * How the author sounds. Default: none.
     */
    tone?: string
    /**
     * The language the author writes in, as a language tag (quote "no": it is a truth value to some readers). Default: none.
     */
    language?: string
    /**
     * How the author builds an article. Default: none.
     */
    structure?: string
    /**
     * false hides the profile from answers; `active: false` may stand alone. Default: true.
     */
    active?: boolean
  }
  /**
   * A content strategy of this account alone. Nothing in it may be null.
   *
   * This interface was referenced by `AccountFile`'s JSON-Schema
   * via the `definition` "AccountStrategy".
   */
  export interface AccountStrategy {
    /**
     * The strategy's name as people read it. Required, except beside `active: false`.
     */
    name?: string
    /**
     * What the strategy is for and when to choose it. Default: none.
     */
    description?: string
    /**
     * The prompt types the strategy applies to: stems of the files in prompts/. Default: none.
     */
    prompt_types?: string[]
    /**
     * The sections of a piece of content written by this strategy, in order. Default: none.
     */
    sections?: string[]
    /**
     * false hides the strategy from answers; `active: false` may stand alone. Default: true.
     */
    active?: boolean
  }
}

export namespace functions {
  /**
   * functions.yaml: the functions that services call by name, what kind of answer each gives, which prompts it uses and the defaults that suit it.
   */
  export interface FunctionsFile {
    /**
     * Every function, by the name that services pass to getModelConfig.
     */
    functions: {
      [k: string]: FunctionSpec
    }
  }
  /**
   * One function. `kind` decides which provider answers it and which keys `defaults` may have.
   *
   * This interface was referenced by `FunctionsFile`'s JSON-Schema
   * via the `definition` "FunctionSpec".
   */
  export interface FunctionSpec {
    /**
     * The kind of its answers: the provider that the section of this kind selects answers it.
     */
    kind: string
    /**
     * The prompt types this function uses: stems of the files in prompts/. May be empty.
     */
    prompts: string[]
    /**
     * Values for this function alone, for every account: above settings.yaml, below an account's override. Default: none.
     */
    defaults?: Readonly<Record<string, string | number | boolean | Readonly<Record<string, string>>>>
  }
}

export namespace models {
  /**
   * models.yaml: the catalogue of every model that settings, functions and accounts may name. What a model lists here is what an answer is checked against.
   */
  export interface ModelsFile {
    /**
     * Every model, by the id that its provider gives it (quote an id with a colon: "runware:97@1").
     */
    models: {
      [k: string]: Model
    }
  }
  /**
   * One model: who runs it, what it can do and what it costs. A capability that is left out is one the model does not have, or has without a limit.
   *
   * This interface was referenced by `ModelsFile`'s JSON-Schema
   * via the `definition` "Model".
   */
  export interface Model {
    /**
     * Who runs the model: one of the declared providers.
     */
    provider: string
    /**
     * What the model makes: its provider's kind.
     */
    kind: string
    /**
     * Text models: the most tokens the model can write in one answer. A resolved `max_tokens` above it is an error. Default: no limit is checked.
     */
    max_output_tokens?: number
    /**
     * How many tokens, question and answer together, the model can hold. For information. Default: not stated.
     */
    context_tokens?: number
    /**
     * Text models: the highest `temperature` the model accepts, 0 to 2. Anthropic's models say 1. Default: 2.
     */
    max_temperature?: number
    /**
     * Image models: the picture sizes the model makes, width x height in pixels. Left out: the model has no choice of size, and `size` is left out of its answers.
     */
    sizes?: readonly string[]
    /**
     * Image models: the qualities the model has. Left out: no choice of quality, and `quality` is left out of its answers.
     */
    qualities?: readonly string[]
    /**
     * Image models: the styles the model has. Left out: no choice of style, and `style` is left out of its answers.
     */
    styles?: readonly string[]
    price?: Price
    /**
     * The day from which the provider advises against the model, as a quoted date: "2025-06-06". From then on whoever names the model gets a warning. Default: not deprecated.
     */
    deprecated_on?: string
    /**
     * The day on which the provider switches the model off, as a quoted date. From then on a change that names the model is refused. Default: no removal announced.
     */
    removed_on?: string
    /**
     * The model to use instead once this one is deprecated: another id in this file. Shown in the warning. Default: none.
     */
    successor?: string
    /**
     * What the model takes of its provider's parameters: narrower bounds, the list at a parameter whose values each model lists, or false for a parameter that it does not take. Default: what the provider takes.
     */
    parameters?: Readonly<
      Record<
        string,
        | false
        | {
            readonly minimum?: number
            readonly maximum?: number
            readonly enum?: readonly (string | number | boolean)[]
          }
      >
    >
  }
  /**
   * What the model costs, in US dollars: input and output per million tokens, per image, or per anything else that a call counts. For information and reports; leave out what is not known.
   *
   * This interface was referenced by `ModelsFile`'s JSON-Schema
   * via the `definition` "Price".
   */
  export interface Price {
    /**
     * US dollars per million tokens sent to the model.
     */
    input?: number
    /**
     * US dollars per million tokens written by the model.
     */
    output?: number
    /**
     * US dollars per image.
     */
    image?: number
    /**
     * What `amount` is the price of: the unit of a parameter, or the name of one.
     */
    per?: string
    /**
     * US dollars for each of what `per` names.
     */
    amount?: number
  }
}

export namespace plans {
  /**
   * plans.yaml: what the accounts of each plan may override. Exactly four plans exist: free, starter, growth and scale. Free overrides nothing, whatever this file says, and no plan ever brings its own API key.
   */
  export interface PlansFile {
    /**
     * The four plans: free, starter, growth, scale. All four must be here, and no other.
     */
    plans: {
      [k: string]: Plan
    }
  }
  /**
   * One plan: what its accounts may override, with which models, and up to which limits.
   *
   * This interface was referenced by `PlansFile`'s JSON-Schema
   * via the `definition` "Plan".
   */
  export interface Plan {
    /**
     * The plan's name as people read it.
     */
    title: string
    /**
     * What accounts on this plan may override: whole sections (`openai`) or single fields (`openai.model`). Must be empty for free.
     */
    may_override: string[]
    models?: PlanModels
    /**
     * The highest values that accounts on this plan may write. Bind what an account writes; the global defaults always pass. Default: no limit beyond the model's own.
     */
    limits?: Readonly<Record<string, number>>
  }
  /**
   * Which models accounts on this plan may choose: either `allow` or `deny`, not both. Binds what an account chooses; the global defaults always pass. Default: every model.
   *
   * This interface was referenced by `PlansFile`'s JSON-Schema
   * via the `definition` "PlanModels".
   */
  export interface PlanModels {
    /**
     * Only these models may be chosen, by their ids in models.yaml.
     */
    allow?: string[]
    /**
     * Every model but these may be chosen, by their ids in models.yaml.
     */
    deny?: string[]
  }
}

export namespace profile {
  /**
   * author-profiles/ID.yaml: an author profile offered to every account. The file's stem is its id. An account on Starter, Growth or Scale may replace or hide it by that id.
   */
  export interface ProfileFile {
    /**
     * The author's name as people read it. Required, except beside `active: false`.
     */
    name?: string
    /**
     * Who this author is and when to choose them. Default: none.
     */
    description?: string
    /**
     * How the author sounds. Default: none.
     */
    tone?: string
    /**
     * The language the author writes in, as a language tag (quote "no": it is a truth value to some readers). Default: none.
     */
    language?: string
    /**
     * How the author builds an article. Default: none.
     */
    structure?: string
    /**
     * false hides the profile from answers; `active: false` may stand alone. Default: true.
     */
    active?: boolean
  }
}

export namespace prompt {
  /**
   * prompts/TYPE.yaml: the global prompt of one type. The file's stem is the type. Every account uses this text unless it has customised it.
   */
  export interface PromptFile {
    /**
     * What the prompt is for, as people read it.
     */
    title: string
    /**
     * How the text writes its variables. brackets: [IGNY8_KEYWORDS]. braces: {title}. mustache: {{title}}. none: the text has no variables. Declared names count, exactly as they are spelled; undeclared, [CAPITALS] and {small_letters} in the form of the prompt are errors. Anything else is plain text, JSON included.
     */
    placeholders: 'brackets' | 'braces' | 'mustache' | 'none'
    /**
     * Every variable that the text uses, by its name without brackets or braces. A placeholder that is not declared here is an error. Default: none.
     */
    variables?: {
      [k: string]: Variable
    }
    /**
     * The prompt itself. Write it as a block (`value: |`): line breaks and quotes then need no escapes.
     */
    value: string
  }
  /**
   * One variable that the service fills in.
   *
   * This interface was referenced by `PromptFile`'s JSON-Schema
   * via the `definition` "Variable".
   */
  export interface Variable {
    /**
     * Whether every text of this type, an account's own included, must contain the variable. Default: true.
     */
    required?: boolean
    /**
     * Whether the name in brackets or braces is text that stays as it is, such as [TODO]. Nothing is filled in, and no text has to contain it. Default: false.
     */
    literal?: boolean
    /**
     * What the service puts in its place, for whoever writes the text.
     */
    description?: string
  }
}

export namespace providers {
  /**
   * providers.yaml: the vocabulary. Which kinds of AI calls there are, which providers serve them, and which parameters each takes. Left out, the built-in vocabulary counts; written, it replaces that as a whole.
   */
  export interface ProvidersFile {
    /**
     * Every kind of AI call, by its name.
     */
    kinds: {
      [k: string]: Kind
    }
    /**
     * Every provider, by its name.
     */
    providers: {
      [k: string]: Provider
    }
  }
  /**
   * One kind of AI call. Its section of settings.yaml selects the provider.
   *
   * This interface was referenced by `ProvidersFile`'s JSON-Schema
   * via the `definition` "Kind".
   */
  export interface Kind {
    /**
     * Beside `provider` in the kind's own section of settings.yaml and of accounts. Default: none.
     */
    section?: {
      [k: string]: Parameter
    }
    /**
     * What only a function sets, and no account overrides. Default: none.
     */
    function?: {
      [k: string]: Parameter
    }
  }
  /**
   * One parameter: its type, and what it may be.
   *
   * This interface was referenced by `ProvidersFile`'s JSON-Schema
   * via the `definition` "Parameter".
   */
  export interface Parameter {
    /**
     * The type of its values.
     */
    type: 'string' | 'number' | 'integer' | 'boolean'
    /**
     * The form of a text: dimensions is width x height, such as 1024x1024. Default: any.
     */
    format?: 'dimensions'
    /**
     * All values that it may have. Default: any of its type.
     *
     * @minItems 1
     * @maxItems 256
     */
    enum?: [string | number | boolean, ...(string | number | boolean)[]]
    /**
     * The least value. Default: none.
     */
    minimum?: number
    /**
     * The greatest value. Default: none.
     */
    maximum?: number
    /**
     * Whether settings.yaml has to give it. Default: false.
     */
    required?: boolean
    /**
     * Whether each model lists in models.yaml what it takes. A model that lists nothing does not take the parameter. Default: false.
     */
    listed?: boolean
    /**
     * What it does, for whoever sets it. Default: none.
     */
    description?: string
    /**
     * What it counts, such as tokens or images. Estimated costs follow it. Default: none.
     */
    unit?: string
  }
  /**
   * One provider: the kind that it serves, and the parameters that it takes beside `model`.
   *
   * This interface was referenced by `ProvidersFile`'s JSON-Schema
   * via the `definition` "Provider".
   */
  export interface Provider {
    /**
     * The provider's name as people read it. Default: its name here.
     */
    title?: string
    /**
     * The kind that it serves: one of `kinds`.
     */
    kind: string
    /**
     * What it takes beside `model`, in the order in which answers list them. Default: none.
     */
    parameters?: {
      [k: string]: Parameter
    }
  }
}

export namespace settings {
  /**
   * settings.yaml: the one global settings document, the lowest layer of every answer. Every account gets these values unless a function default or the account's own override stands above them. Nothing here may be null.
   */
  export type SettingsFile = {
    readonly providers: Readonly<
      Record<string, Readonly<Record<string, string | number | boolean | {readonly secret: string}>>>
    >
    readonly [kind: string]: Readonly<
      Record<
        string,
        | string
        | number
        | boolean
        | Readonly<Record<string, string | number | boolean | {readonly secret: string}>>
      >
    >
  }
}

export namespace strategy {
  /**
   * strategies/ID.yaml: a content strategy offered to every account. The file's stem is its id. An account on Starter, Growth or Scale may replace or hide it by that id.
   */
  export interface StrategyFile {
    /**
     * The strategy's name as people read it. Required, except beside `active: false`.
     */
    name?: string
    /**
     * What the strategy is for and when to choose it. Default: none.
     */
    description?: string
    /**
     * The prompt types the strategy applies to: stems of the files in prompts/. Default: none.
     */
    prompt_types?: string[]
    /**
     * The sections of a piece of content written by this strategy, in order. Default: none.
     */
    sections?: string[]
    /**
     * false hides the strategy from answers; `active: false` may stand alone. Default: true.
     */
    active?: boolean
  }
}

export namespace tenfold {
  /**
   * tenfold.yaml: facts about this configuration repository itself. The file is optional and so is every key in it.
   */
  export interface TenfoldFile {
    /**
     * A name for this configuration, shown in reports and in pull-request comments. Default: none.
     */
    name?: string
    /**
     * The environment that `release` publishes to unless `--env NAME` says otherwise. 1 to 63 lower-case letters, digits, hyphens or underscores; begins with a letter or digit. Default: production.
     */
    environment?: string
    /**
     * Short names for the places a release is published to, so that `release --to NAME` and `publish --to NAME` can be written instead of the full address. Default: none.
     */
    targets?: {
      /**
       * Where to publish: `file:DIR` for a directory, `git:REMOTE#BRANCH` for a branch of a git remote, `s3:BUCKET/PREFIX` for a bucket, `oci:HOST/NAME:ENVIRONMENT` for a container registry.
       */
      [k: string]: string
    }
    /**
     * Where running services are told of a new release, so that they need not wait for their next poll: subjects of a NATS bus, `nats://HOST:PORT/SUBJECT` or `tls://…`, without credentials. Default: none.
     */
    notify?: string[]
    /**
     * Which of the root of trust's recipients the platform's keys are sealed to, by name or as `age1…`: some of them, never others. Default: all that `trust/root.json` has for the environment.
     */
    recipients?: string[]
    /**
     * How many days a release is good for before services call it expired, unless it is signed anew with `release --refresh`: 1 to 365. Default: 30.
     */
    expires_after_days?: number
    guards?: Guards
  }
  /**
   * Limits on how much one release may change. A release that goes beyond a guard is refused, unless it is called with --allow-shrink.
   *
   * This interface was referenced by `TenfoldFile`'s JSON-Schema
   * via the `definition` "Guards".
   */
  export interface Guards {
    /**
     * The largest share of the accounts that one release may remove, in percent of the accounts in the release before it: 0 allows no removal, 100 allows any. Protects against a folder deleted by accident. Default: 50, where there are 20 accounts or more.
     */
    max_accounts_removed_percent?: number
  }
}

/** What each kind of file holds once it is valid. */
export interface FileTypes {
  account: account.AccountFile
  functions: functions.FunctionsFile
  models: models.ModelsFile
  plans: plans.PlansFile
  profile: profile.ProfileFile
  prompt: prompt.PromptFile
  providers: providers.ProvidersFile
  settings: settings.SettingsFile
  strategy: strategy.StrategyFile
  tenfold: tenfold.TenfoldFile
}
