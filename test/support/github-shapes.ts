import type { Comment, Pull } from './github-state.ts'

type Shape = Readonly<Record<string, unknown>>

/** The whole objects that GitHub sends, as its own description demands them, filled from the little that we keep. */
export class Shapes {
  readonly #api: string
  readonly #owner: string
  readonly #repo: string

  constructor(api: string, owner: string, repo: string) {
    this.#api = api
    this.#owner = owner
    this.#repo = repo
  }

  user(login: string): Shape {
    const url = `${this.#api}/users/${login}`
    const plain = ['followers', 'organizations', 'received_events', 'repos', 'subscriptions']
    const urls = Object.fromEntries(plain.map((name) => [`${name}_url`, `${url}/${name}`]))
    return {
      login,
      id: 1,
      node_id: 'U_1',
      avatar_url: `${this.#api}/avatars/1`,
      gravatar_id: '',
      type: 'User',
      site_admin: false,
      url,
      html_url: `https://github.example/${login}`,
      ...urls,
      events_url: `${url}/events{/privacy}`,
      following_url: `${url}/following{/other_user}`,
      gists_url: `${url}/gists{/gist_id}`,
      starred_url: `${url}/starred{/owner}{/repo}`,
    }
  }

  /** The token's own user, as GET /user tells. */
  self(login: string): Shape {
    return {
      ...this.user(login),
      user_view_type: 'public',
      name: null,
      company: null,
      blog: null,
      location: null,
      email: null,
      hireable: null,
      bio: null,
      public_repos: 1,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: TIME,
      updated_at: TIME,
    }
  }

  repository(): Shape {
    const url = `${this.#api}/repos/${this.#owner}/${this.#repo}`
    const plain = [
      'contributors',
      'deployments',
      'downloads',
      'events',
      'forks',
      'hooks',
      'languages',
      'merges',
      'stargazers',
      'subscribers',
      'subscription',
      'tags',
      'teams',
    ]
    const templates: Readonly<Record<string, string>> = {
      archive: '{archive_format}{/ref}',
      assignees: 'assignees{/user}',
      blobs: 'git/blobs{/sha}',
      branches: 'branches{/branch}',
      collaborators: 'collaborators{/collaborator}',
      comments: 'comments{/number}',
      commits: 'commits{/sha}',
      compare: 'compare/{base}...{head}',
      contents: 'contents/{+path}',
      git_commits: 'git/commits{/sha}',
      git_refs: 'git/refs{/sha}',
      git_tags: 'git/tags{/sha}',
      issue_comment: 'issues/comments{/number}',
      issue_events: 'issues/events{/number}',
      issues: 'issues{/number}',
      keys: 'keys{/key_id}',
      labels: 'labels{/name}',
      milestones: 'milestones{/number}',
      pulls: 'pulls{/number}',
      notifications: 'notifications{?since,all,participating}',
      releases: 'releases{/id}',
      statuses: 'statuses/{sha}',
      trees: 'git/trees{/sha}',
    }
    const full = `${this.#owner}/${this.#repo}`
    return {
      id: 1,
      node_id: 'R_1',
      name: this.#repo,
      full_name: full,
      owner: this.user(this.#owner),
      private: true,
      url,
      html_url: `https://github.example/${full}`,
      description: null,
      homepage: null,
      language: null,
      license: null,
      fork: false,
      ...Object.fromEntries(plain.map((name) => [`${name}_url`, `${url}/${name}`])),
      ...Object.fromEntries(Object.entries(templates).map(([name, rest]) => [`${name}_url`, `${url}/${rest}`])),
      clone_url: `https://github.example/${full}.git`,
      git_url: `git://github.example/${full}.git`,
      ssh_url: `git@github.example:${full}.git`,
      svn_url: `https://github.example/${full}`,
      mirror_url: null,
      default_branch: 'main',
      forks: 0,
      forks_count: 0,
      open_issues: 0,
      open_issues_count: 0,
      stargazers_count: 0,
      watchers: 0,
      watchers_count: 0,
      network_count: 0,
      subscribers_count: 0,
      size: 1,
      archived: false,
      disabled: false,
      has_issues: true,
      has_projects: false,
      has_wiki: false,
      has_pages: false,
      has_discussions: false,
      has_downloads: false,
      pushed_at: TIME,
      created_at: TIME,
      updated_at: TIME,
    }
  }

  /** As a list has it. */
  pullInList(pull: Pull): Shape {
    const { number, state, title, body, head, base, sha, baseSha, user } = pull
    const url = `${this.#api}/repos/${this.#owner}/${this.#repo}/pulls/${number}`
    const issue = url.replace('/pulls/', '/issues/')
    const html = `https://github.example/${this.#owner}/${this.#repo}/pull/${number}`
    const closed = state === 'closed' ? TIME : null
    const end = (ref: string, at: string, from: string | null = `${this.#owner}/${this.#repo}`): Shape => {
      const [owner = '', name = ''] = (from ?? '').split('/')
      const repo = from === null ? null : new Shapes(this.#api, owner, name).repository()
      return { label: `${owner}:${ref}`, ref, sha: at, user: this.user(owner), repo }
    }
    const links = {
      self: url,
      html,
      issue,
      comments: `${issue}/comments`,
      review_comments: `${url}/comments`,
      review_comment: `${url}/comments{/number}`,
      commits: `${url}/commits`,
      statuses: `${url}/statuses`,
    }
    return {
      url,
      id: 1000 + number,
      node_id: `PR_${number}`,
      number,
      state,
      locked: false,
      title,
      body,
      user: this.user(user),
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      issue_url: issue,
      commits_url: links.commits,
      review_comments_url: links.review_comments,
      review_comment_url: links.review_comment,
      comments_url: links.comments,
      statuses_url: links.statuses,
      created_at: TIME,
      updated_at: TIME,
      closed_at: closed,
      merged_at: pull.merged ? TIME : null,
      merge_commit_sha: null,
      assignee: null,
      labels: [],
      milestone: null,
      draft: false,
      head: end(head, sha, pull.from),
      base: end(base, baseSha),
      author_association: 'OWNER',
      auto_merge: null,
      _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    }
  }

  pull(pull: Pull): Shape {
    return {
      ...this.pullInList(pull),
      additions: 1,
      deletions: 1,
      changed_files: 1,
      comments: 0,
      commits: 1,
      review_comments: 0,
      mergeable: null,
      mergeable_state: 'unknown',
      merged: pull.merged,
      merged_by: null,
      maintainer_can_modify: false,
    }
  }

  comment({ id, pull, user, body }: Comment): Shape {
    const url = `${this.#api}/repos/${this.#owner}/${this.#repo}/issues`
    return {
      id,
      node_id: `IC_${id}`,
      url: `${url}/comments/${id}`,
      issue_url: `${url}/${pull}`,
      body,
      user: this.user(user),
      html_url: `https://github.example/${this.#owner}/${this.#repo}/pull/${pull}#issuecomment-${id}`,
      created_at: TIME,
      updated_at: TIME,
      author_association: 'OWNER',
    }
  }
}

const TIME = '2026-01-31T12:00:00Z'
