/** The part of yauzl 3 that is used here; the package brings no types. */
declare module 'yauzl' {
  import type { EventEmitter } from 'node:events';

  export interface Entry {
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    readonly compressionMethod: number;
    readonly crc32: number;
    readonly generalPurposeBitFlag: number;
    readonly relativeOffsetOfLocalHeader: number;
    readonly fileNameRaw: Buffer;
    readonly fileCommentRaw: Buffer;
    readonly extraFields: readonly { readonly id: number; readonly data: Buffer }[];
    isEncrypted(): boolean;
  }

  export interface ZipFile {
    readonly entryCount: number;
    eachEntry(): AsyncIterableIterator<Entry>;
    close(): void;
  }

  export class RandomAccessReader extends EventEmitter {
    read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null, bytesRead?: number) => void): void;
    close(callback: (error?: Error) => void): void;
  }

  export interface Options {
    readonly autoClose?: boolean;
    readonly decodeStrings?: boolean;
    readonly validateEntrySizes?: boolean;
  }

  export function fromRandomAccessReaderPromise(reader: RandomAccessReader, totalSize: number, options: Options): Promise<ZipFile>;
  export function getFileNameLowLevel(flags: number, raw: Buffer, extraFields: Entry['extraFields'], strict: boolean): string;
}
