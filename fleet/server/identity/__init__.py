"""Who is who: the centre's own certificate authority, claims, enrolment and revocation."""
