// What the files of the quick starts take from frameworks that are not installed here.

declare module '@react-router/dev/routes' {
  interface RouteConfigEntry {
    path?: string;
    index?: boolean;
    file: string;
  }
  export type RouteConfig = readonly RouteConfigEntry[];
  export function index(file: string): RouteConfigEntry;
  export function route(path: string, file: string): RouteConfigEntry;
}

declare module '@tanstack/react-router' {
  import type { ComponentType } from 'react';
  type Handler = (context: { request: Request }) => Response | Promise<Response>;
  interface RouteOptions {
    component?: ComponentType;
    server?: { handlers: Partial<Record<'GET' | 'POST', Handler>> };
  }
  export function createFileRoute(path: string): <T extends RouteOptions>(options: T) => T;
}
