package io.offspan.parquet;

/**
 * What an export to Parquet did.
 *
 * @param spans how many spans were written
 * @param files into how many files
 * @param bytes how many bytes these have
 * @param keptFiles how many files were there already and stayed as they are
 * @param damagedBlocks how many blocks could not be read and are left out
 */
public record ParquetReport(long spans, int files, long bytes, int keptFiles, long damagedBlocks) {}
