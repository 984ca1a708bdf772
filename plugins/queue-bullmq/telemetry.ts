import type { WorkerOptions } from 'bullmq';
import type { QueuePlace } from './connection.ts';
import { optional } from './driver.ts';

/** What BullMQ traces with, where OpenTelemetry is wanted. @throws PackagerError QUEUE_NOT_INSTALLED */
export async function telemetryOf(place: QueuePlace): Promise<WorkerOptions['telemetry']> {
  const { BullMQOtel } = await optional('bullmq-otel', place, () => import('bullmq-otel'));
  return new BullMQOtel({ tracerName: 'sealpack' });
}
