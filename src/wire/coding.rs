//! Content codings: bodies that arrive compressed are read as what they say.
//!
//! A request may come in gzip, deflate, br or zstd; it is decoded with a cap, pinned,
//! and sent on as it is. An upstream is asked for identity, but one that compresses
//! all the same is decoded too: what cannot be decoded cannot be judged.

use std::io::{Read, Write};

/// A coding that linchpin reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Nothing to decode.
    Identity,
    /// `gzip`, `x-gzip`
    Gzip,
    /// `deflate`: zlib by the standard, raw by some senders.
    Deflate,
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
}

/// Why a body could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodingError {
    /// Another coding, or several.
    #[error("the content coding `{0}` is not supported")]
    Unknown(String),
    /// It decodes to more than the cap.
    #[error("the body decodes to more than {0} bytes")]
    TooLarge(usize),
    /// It is not in the coding it claims.
    #[error("the body is not valid {0}")]
    Corrupt(&'static str),
}

impl Coding {
    /// Reads a `content-encoding` header's value.
    pub fn from_header(value: &str) -> Result<Self, CodingError> {
        Ok(match value.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Self::Identity,
            "gzip" | "x-gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "br" => Self::Brotli,
            "zstd" => Self::Zstd,
            other => return Err(CodingError::Unknown(other.chars().take(60).collect())),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// Decodes a whole body of at most `bytes_max` bytes.
    pub fn decode(self, body: &[u8], bytes_max: usize) -> Result<Vec<u8>, CodingError> {
        let corrupt = |_| CodingError::Corrupt(self.name());
        match self {
            Self::Identity => read_up_to(body, bytes_max, self),
            Self::Gzip => read_up_to(flate2::read::MultiGzDecoder::new(body), bytes_max, self),
            Self::Deflate if is_zlib(body) => read_up_to(flate2::read::ZlibDecoder::new(body), bytes_max, self),
            Self::Deflate => read_up_to(flate2::read::DeflateDecoder::new(body), bytes_max, self),
            Self::Brotli => read_up_to(brotli_decompressor::Decompressor::new(body, 4096), bytes_max, self),
            Self::Zstd => read_up_to(ruzstd::decoding::StreamingDecoder::new(body).map_err(corrupt)?, bytes_max, self),
        }
    }

    /// A decoder for a body that arrives in pieces. `None`: this coding cannot be
    /// read in pieces.
    pub fn in_pieces(self) -> Option<Pieces> {
        Some(Pieces(match self {
            Self::Identity => Inner::Identity,
            Self::Gzip => Inner::Gzip(Box::new(flate2::write::MultiGzDecoder::new(Vec::new()))),
            Self::Deflate => Inner::Deflate(Box::new(flate2::write::ZlibDecoder::new(Vec::new()))),
            Self::Brotli => Inner::Brotli(Box::new(brotli_decompressor::DecompressorWriter::new(Vec::new(), 4096))),
            Self::Zstd => return None,
        }))
    }
}

/// Decodes a stream piece by piece.
pub struct Pieces(Inner);

enum Inner {
    Identity,
    Gzip(Box<flate2::write::MultiGzDecoder<Vec<u8>>>),
    Deflate(Box<flate2::write::ZlibDecoder<Vec<u8>>>),
    Brotli(Box<brotli_decompressor::DecompressorWriter<Vec<u8>>>),
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pieces")
    }
}

/// How much one piece may decode to: a hundred times the largest piece a socket gives.
const PIECE_BYTES_MAX: usize = 64 << 20;

impl Pieces {
    /// Whether pieces come out as they go in.
    pub fn is_identity(&self) -> bool {
        matches!(self.0, Inner::Identity)
    }

    /// What one more piece decodes to.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<u8>, CodingError> {
        match &mut self.0 {
            Inner::Identity => Ok(piece.to_vec()),
            Inner::Gzip(decoder) => written(decoder.as_mut(), piece, Coding::Gzip, |decoder| decoder.get_mut()),
            Inner::Deflate(decoder) => written(decoder.as_mut(), piece, Coding::Deflate, |decoder| decoder.get_mut()),
            Inner::Brotli(decoder) => written(decoder.as_mut(), piece, Coding::Brotli, |decoder| decoder.get_mut()),
        }
    }
}

/// Feeds a decoder bit by bit, so that a bomb is noticed before it has gone off.
fn written<W: Write>(
    decoder: &mut W,
    piece: &[u8],
    coding: Coding,
    output: impl Fn(&mut W) -> &mut Vec<u8>,
) -> Result<Vec<u8>, CodingError> {
    for part in piece.chunks(1024) {
        decoder.write_all(part).and_then(|()| decoder.flush()).map_err(|_| CodingError::Corrupt(coding.name()))?;
        if output(decoder).len() > PIECE_BYTES_MAX {
            return Err(CodingError::TooLarge(PIECE_BYTES_MAX));
        }
    }
    Ok(std::mem::take(output(decoder)))
}

fn read_up_to(source: impl Read, bytes_max: usize, coding: Coding) -> Result<Vec<u8>, CodingError> {
    let mut decoded = Vec::new();
    let limit = (bytes_max as u64).saturating_add(1);
    source.take(limit).read_to_end(&mut decoded).map_err(|_| CodingError::Corrupt(coding.name()))?;
    if decoded.len() > bytes_max { Err(CodingError::TooLarge(bytes_max)) } else { Ok(decoded) }
}

/// Whether a deflate body has a zlib header: method 8, and a check that divides by 31.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..] if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn a_compressed_body_is_read_as_what_it_says() {
        assert_eq!(Coding::Gzip.decode(&gzip(b"hello"), 100), Ok(b"hello".to_vec()));
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(b"hello").expect("memory");
        assert_eq!(Coding::Deflate.decode(&zlib.finish().expect("memory"), 100), Ok(b"hello".to_vec()));
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(b"hello").expect("memory");
        assert_eq!(Coding::Deflate.decode(&raw.finish().expect("memory"), 100), Ok(b"hello".to_vec()));
    }

    #[test]
    fn a_bomb_stops_at_the_cap() {
        let bomb = gzip(&vec![0; 1 << 20]);
        assert!(bomb.len() < 10_000);
        assert_eq!(Coding::Gzip.decode(&bomb, 1000), Err(CodingError::TooLarge(1000)));
    }

    #[test]
    fn what_is_no_known_coding_is_refused() {
        assert!(matches!(Coding::from_header("gzip, br"), Err(CodingError::Unknown(_))));
        assert_eq!(Coding::Gzip.decode(b"plain", 100), Err(CodingError::Corrupt("gzip")));
        assert!(Coding::Brotli.decode(b"\xff\xff\xff", 100).is_err());
        assert!(Coding::Zstd.decode(b"plain", 100).is_err());
    }

    #[test]
    fn a_stream_is_decoded_in_pieces_as_it_arrives() {
        let body = gzip(b"data: 1\n\ndata: 2\n\n");
        let mut pieces = Coding::Gzip.in_pieces().expect("gzip comes in pieces");
        let decoded: Vec<u8> = body.chunks(3).flat_map(|piece| pieces.push(piece).expect("valid")).collect();
        assert_eq!(decoded, b"data: 1\n\ndata: 2\n\n");
    }
}
