import { Worker } from 'node:worker_threads'
import { Failure } from '../../base/failure.ts'
import type { Parcel } from './pack-outcomes.ts'
import type { Job, Refusal, Setup } from './job.ts'

/** One worker thread, which does its jobs one after the other. */
export class WorkerThread {
  readonly #worker: Worker
  readonly #jobs: { resolve(answer: Parcel): void; reject(error: unknown): void }[] = []

  constructor(setup: Setup) {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: setup })
    this.#worker.on('message', (answer: Parcel | Refusal) => {
      const job = this.#jobs.shift()
      if ('failure' in answer) job?.reject(new Failure('world', answer.failure.message, answer.failure.help))
      else job?.resolve(answer)
    })
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', (code) => this.#fail(new Error(`a worker ended with code ${code}`)))
  }

  do(job: Job): Promise<Parcel> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ resolve, reject })
      this.#worker.postMessage(job)
    })
  }

  #fail(error: unknown): void {
    for (const job of this.#jobs.splice(0)) job.reject(error)
  }

  async dismiss(): Promise<void> {
    this.#jobs.length = 0
    await this.#worker.terminate()
  }
}
