//! A throwaway local database server.
