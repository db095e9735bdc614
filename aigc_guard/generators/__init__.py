"""Writers: from briefs to drafts, in batches, seeded."""
